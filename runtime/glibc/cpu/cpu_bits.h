/* The processor as the linker itself knows it, with names for its features and the access to them.
 * What glibc's libraries read is a copy in the form of their version: cpu_publish.h. */
#ifndef WINE_LD_GLIBC_CPU_BITS_H
#define WINE_LD_GLIBC_CPU_BITS_H

#include <stdbool.h>
#include <stdint.h>

#include "arch.h"
#include "glibc/cpu/cpuid.h"

/* The CPUID leaves that are kept. */
enum cpu_leaf {
    CPUID_INDEX_1,
    CPUID_INDEX_7,
    CPUID_INDEX_80000001,
    CPUID_INDEX_D_ECX_1,
    CPUID_INDEX_80000007,
    CPUID_INDEX_80000008,
    CPUID_INDEX_7_ECX_1,
    CPUID_INDEX_19,
    CPUID_INDEX_14_ECX_0,
    CPUID_INDEX_24_ECX_0,
    CPUID_INDEX_COUNT,
};

/* The fields are named after those of glibc 2.36's struct cpu_features. Sizes in bytes. */
struct processor {
    struct {
        uint32_t kind; /* enum cpu_kind */
        int32_t max_cpuid;
        uint32_t family, model, stepping;
    } basic;
    struct {
        uint32_t cpuid_array[4];  /* what CPUID says, by enum cpuid_register */
        uint32_t active_array[4]; /* what programs may use */
    } features[CPUID_INDEX_COUNT];
    uint32_t preferred[1]; /* enum cpu_preference */
    uint32_t isa_1;
    uint32_t saved_states; /* the low half of XCR0; 0 without XSAVE */
    uint32_t xsave_state_size, xsave_state_full_size, tlsdesc_state_size;
    uint32_t cache_divisor; /* copies larger than this part of the shared cache pass by it */
    elf_addr data_cache_size, shared_cache_size;
    elf_addr non_temporal_threshold, memset_non_temporal_threshold;
    elf_addr rep_movsb_threshold, rep_movsb_stop_threshold, rep_stosb_threshold;
    elf_addr level1_icache_size, level1_icache_linesize;
    elf_addr level1_dcache_size, level1_dcache_assoc, level1_dcache_linesize;
    elf_addr level2_cache_size, level2_cache_assoc, level2_cache_linesize;
    elf_addr level3_cache_size, level3_cache_assoc, level3_cache_linesize;
    elf_addr level4_cache_size;
};

/* The processor. Filled by cpu_features_init. */
extern struct processor processor;

/* A feature is a bit of a register of a CPUID leaf: index of the leaf, register, bit in one number.
 */
#define CPU_BIT(leaf, reg, bit) ((CPUID_INDEX_##leaf) * 128 + (reg)*32 + (bit))

enum cpu_feature {
    CPU_SSE3 = CPU_BIT(1, ECX, 0),
    CPU_PCLMULQDQ = CPU_BIT(1, ECX, 1),
    CPU_SSSE3 = CPU_BIT(1, ECX, 9),
    CPU_FMA = CPU_BIT(1, ECX, 12),
    CPU_CMPXCHG16B = CPU_BIT(1, ECX, 13),
    CPU_SSE4_1 = CPU_BIT(1, ECX, 19),
    CPU_SSE4_2 = CPU_BIT(1, ECX, 20),
    CPU_MOVBE = CPU_BIT(1, ECX, 22),
    CPU_POPCNT = CPU_BIT(1, ECX, 23),
    CPU_AES = CPU_BIT(1, ECX, 25),
    CPU_XSAVE = CPU_BIT(1, ECX, 26),
    CPU_OSXSAVE = CPU_BIT(1, ECX, 27),
    CPU_AVX = CPU_BIT(1, ECX, 28),
    CPU_F16C = CPU_BIT(1, ECX, 29),
    CPU_RDRAND = CPU_BIT(1, ECX, 30),
    CPU_FPU = CPU_BIT(1, EDX, 0),
    CPU_TSC = CPU_BIT(1, EDX, 4),
    CPU_CX8 = CPU_BIT(1, EDX, 8),
    CPU_CMOV = CPU_BIT(1, EDX, 15),
    CPU_CLFSH = CPU_BIT(1, EDX, 19),
    CPU_MMX = CPU_BIT(1, EDX, 23),
    CPU_FXSR = CPU_BIT(1, EDX, 24),
    CPU_SSE = CPU_BIT(1, EDX, 25),
    CPU_SSE2 = CPU_BIT(1, EDX, 26),
    CPU_HTT = CPU_BIT(1, EDX, 28),
    CPU_FSGSBASE = CPU_BIT(7, EBX, 0),
    CPU_BMI1 = CPU_BIT(7, EBX, 3),
    CPU_HLE = CPU_BIT(7, EBX, 4),
    CPU_AVX2 = CPU_BIT(7, EBX, 5),
    CPU_BMI2 = CPU_BIT(7, EBX, 8),
    CPU_ERMS = CPU_BIT(7, EBX, 9),
    CPU_RTM = CPU_BIT(7, EBX, 11),
    CPU_AVX512F = CPU_BIT(7, EBX, 16),
    CPU_AVX512DQ = CPU_BIT(7, EBX, 17),
    CPU_RDSEED = CPU_BIT(7, EBX, 18),
    CPU_ADX = CPU_BIT(7, EBX, 19),
    CPU_AVX512_IFMA = CPU_BIT(7, EBX, 21),
    CPU_CLFLUSHOPT = CPU_BIT(7, EBX, 23),
    CPU_CLWB = CPU_BIT(7, EBX, 24),
    CPU_INTEL_PT = CPU_BIT(7, EBX, 25),
    CPU_AVX512PF = CPU_BIT(7, EBX, 26),
    CPU_AVX512ER = CPU_BIT(7, EBX, 27),
    CPU_AVX512CD = CPU_BIT(7, EBX, 28),
    CPU_SHA = CPU_BIT(7, EBX, 29),
    CPU_AVX512BW = CPU_BIT(7, EBX, 30),
    CPU_AVX512VL = CPU_BIT(7, EBX, 31),
    CPU_PREFETCHWT1 = CPU_BIT(7, ECX, 0),
    CPU_AVX512_VBMI = CPU_BIT(7, ECX, 1),
    CPU_PKU = CPU_BIT(7, ECX, 3),
    CPU_OSPKE = CPU_BIT(7, ECX, 4),
    CPU_WAITPKG = CPU_BIT(7, ECX, 5),
    CPU_AVX512_VBMI2 = CPU_BIT(7, ECX, 6),
    CPU_SHSTK = CPU_BIT(7, ECX, 7),
    CPU_GFNI = CPU_BIT(7, ECX, 8),
    CPU_VAES = CPU_BIT(7, ECX, 9),
    CPU_VPCLMULQDQ = CPU_BIT(7, ECX, 10),
    CPU_AVX512_VNNI = CPU_BIT(7, ECX, 11),
    CPU_AVX512_BITALG = CPU_BIT(7, ECX, 12),
    CPU_AVX512_VPOPCNTDQ = CPU_BIT(7, ECX, 14),
    CPU_RDPID = CPU_BIT(7, ECX, 22),
    CPU_KL = CPU_BIT(7, ECX, 23),
    CPU_CLDEMOTE = CPU_BIT(7, ECX, 25),
    CPU_MOVDIRI = CPU_BIT(7, ECX, 27),
    CPU_MOVDIR64B = CPU_BIT(7, ECX, 28),
    CPU_AVX512_4VNNIW = CPU_BIT(7, EDX, 2),
    CPU_AVX512_4FMAPS = CPU_BIT(7, EDX, 3),
    CPU_FSRM = CPU_BIT(7, EDX, 4),
    CPU_AVX512_VP2INTERSECT = CPU_BIT(7, EDX, 8),
    CPU_RTM_ALWAYS_ABORT = CPU_BIT(7, EDX, 11),
    CPU_SERIALIZE = CPU_BIT(7, EDX, 14),
    CPU_TSXLDTRK = CPU_BIT(7, EDX, 16),
    CPU_IBT = CPU_BIT(7, EDX, 20),
    CPU_AMX_BF16 = CPU_BIT(7, EDX, 22),
    CPU_AVX512_FP16 = CPU_BIT(7, EDX, 23),
    CPU_AMX_TILE = CPU_BIT(7, EDX, 24),
    CPU_AMX_INT8 = CPU_BIT(7, EDX, 25),
    CPU_RAO_INT = CPU_BIT(7_ECX_1, EAX, 3),
    CPU_AVX_VNNI = CPU_BIT(7_ECX_1, EAX, 4),
    CPU_AVX512_BF16 = CPU_BIT(7_ECX_1, EAX, 5),
    CPU_CMPCCXADD = CPU_BIT(7_ECX_1, EAX, 7),
    CPU_FZLRM = CPU_BIT(7_ECX_1, EAX, 10),
    CPU_FSRS = CPU_BIT(7_ECX_1, EAX, 11),
    CPU_FSRCS = CPU_BIT(7_ECX_1, EAX, 12),
    CPU_AMX_FP16 = CPU_BIT(7_ECX_1, EAX, 21),
    CPU_AVX_IFMA = CPU_BIT(7_ECX_1, EAX, 23),
    CPU_AVX_VNNI_INT8 = CPU_BIT(7_ECX_1, EDX, 4),
    CPU_AVX_NE_CONVERT = CPU_BIT(7_ECX_1, EDX, 5),
    CPU_AMX_COMPLEX = CPU_BIT(7_ECX_1, EDX, 8),
    CPU_PREFETCHI = CPU_BIT(7_ECX_1, EDX, 14),
    CPU_AVX10 = CPU_BIT(7_ECX_1, EDX, 19),
    CPU_APX_F = CPU_BIT(7_ECX_1, EDX, 21),
    CPU_LAHF64_SAHF64 = CPU_BIT(80000001, ECX, 0),
    CPU_LZCNT = CPU_BIT(80000001, ECX, 5),
    CPU_SSE4A = CPU_BIT(80000001, ECX, 6),
    CPU_PREFETCHW = CPU_BIT(80000001, ECX, 8),
    CPU_XOP = CPU_BIT(80000001, ECX, 11),
    CPU_FMA4 = CPU_BIT(80000001, ECX, 16),
    CPU_TBM = CPU_BIT(80000001, ECX, 21),
    CPU_RDTSCP = CPU_BIT(80000001, EDX, 27),
    CPU_WBNOINVD = CPU_BIT(80000008, EBX, 9),
    CPU_XSAVEOPT = CPU_BIT(D_ECX_1, EAX, 0),
    CPU_XSAVEC = CPU_BIT(D_ECX_1, EAX, 1),
    CPU_XGETBV_ECX_1 = CPU_BIT(D_ECX_1, EAX, 2),
    CPU_XFD = CPU_BIT(D_ECX_1, EAX, 4),
    CPU_PTWRITE = CPU_BIT(14_ECX_0, EBX, 4),
    CPU_AESKLE = CPU_BIT(19, EBX, 0),
    CPU_WIDE_KL = CPU_BIT(19, EBX, 2),
    CPU_AVX10_XMM = CPU_BIT(24_ECX_0, EBX, 16),
    CPU_AVX10_YMM = CPU_BIT(24_ECX_0, EBX, 17),
    CPU_AVX10_ZMM = CPU_BIT(24_ECX_0, EBX, 18),
};

/* States in XCR0. */
enum cpu_states {
    CPU_STATES_AVX = 1 << 1 | 1 << 2, /* XMM, YMM */
    CPU_STATES_AVX512 =
        1 << 5 | 1 << 6 | 1 << 7, /* mask registers, ZMM0-15 upper halves, ZMM16-31 */
    CPU_STATES_TILES = 1 << 17 | 1 << 18,
    CPU_STATES_APX = 1 << 19,
};

/* Bits of preferred[0], named after glibc's. Their order is ours. */
enum cpu_preference {
    PREFER_FAST_REP_STRING = 1 << 0,
    PREFER_FAST_COPY_BACKWARD = 1 << 1,
    PREFER_SLOW_BSF = 1 << 2,
    PREFER_FAST_UNALIGNED_LOAD = 1 << 3,
    PREFER_PMINUB_FOR_STRINGOP = 1 << 4,
    PREFER_FAST_UNALIGNED_COPY = 1 << 5,
    PREFER_I586 = 1 << 6,
    PREFER_I686 = 1 << 7,
    PREFER_SLOW_SSE4_2 = 1 << 8,
    PREFER_AVX_FAST_UNALIGNED_LOAD = 1 << 9,
    PREFER_NO_VZEROUPPER = 1 << 10,
    PREFER_ERMS = 1 << 11,
    PREFER_NO_AVX512 = 1 << 12,
    PREFER_MATHVEC_PREFER_NO_AVX512 = 1 << 13,
    PREFER_FSRM = 1 << 14,
    PREFER_AVOID_SHORT_DISTANCE_REP_MOVSB = 1 << 15,
    PREFER_AVOID_NON_TEMPORAL_MEMSET = 1 << 16,
    PREFER_AVOID_STOSB = 1 << 17,
    PREFER_MAP_32BIT_EXEC = 1 << 18,
    PREFER_AVX2_STRCMP = 1 << 19,
    /* What Intel's Core processors are good at. */
    PREFER_FAST_AS_CORE = PREFER_FAST_UNALIGNED_LOAD | PREFER_FAST_UNALIGNED_COPY |
                          PREFER_PMINUB_FOR_STRINGOP | PREFER_FAST_REP_STRING,
};

/* basic.kind. */
enum cpu_kind { CPU_UNKNOWN, CPU_INTEL, CPU_AMD, CPU_ZHAOXIN, CPU_HYGON, CPU_OTHER };

static inline uint32_t cpu_mask(enum cpu_feature feature) {
    return UINT32_C(1) << (feature % 32);
}

/* Whether CPUID names the feature. */
static inline bool cpu_has(const struct processor *cpu, enum cpu_feature feature) {
    return (cpu->features[feature / 128].cpuid_array[feature / 32 % 4] & cpu_mask(feature)) != 0;
}

/* Whether the system saves all of these states. */
static inline bool cpu_saves(const struct processor *cpu, uint32_t states) {
    return (cpu->saved_states & states) == states;
}

/* Whether programs may use it. */
static inline bool cpu_usable(const struct processor *cpu, enum cpu_feature feature) {
    return (cpu->features[feature / 128].active_array[feature / 32 % 4] & cpu_mask(feature)) != 0;
}

static inline void cpu_enable(struct processor *cpu, enum cpu_feature feature) {
    cpu->features[feature / 128].active_array[feature / 32 % 4] |= cpu_mask(feature);
}

static inline void cpu_disable(struct processor *cpu, enum cpu_feature feature) {
    cpu->features[feature / 128].active_array[feature / 32 % 4] &= ~cpu_mask(feature);
}

/* Reads vendor, model and every CPUID leaf that glibc keeps; fills basic and the cpuid arrays.
 * Returns the highest extended leaf, 0 when there is none. */
uint32_t cpu_read_leaves(struct processor *cpu);

/* Fills the active arrays, xsave sizes and isa_1 from the cpuid arrays. */
void cpu_find_usable(struct processor *cpu);
/* Withdraws what needs XSAVE where XSAVE was withdrawn. */
void cpu_drop_unusable(struct processor *cpu);
/* The x86 ISA levels that the usable features make up (GNU_PROPERTY_X86_ISA_1_*). */
uint32_t cpu_isa_levels(const struct processor *cpu);

/* Fills preferred[] and withdraws features that are broken on some models. */
void cpu_choose_preferred(struct processor *cpu);
/* Applies the tunable glibc.cpu.hwcaps: "-AVX2,Prefer_ERMS". */
void cpu_apply_hwcaps(struct processor *cpu, const char *list);

/* Fills cache sizes and the thresholds that follow from them, and publishes them as tunables. */
void cacheinfo_init(struct processor *cpu, uint32_t last_extended_leaf);

#endif
