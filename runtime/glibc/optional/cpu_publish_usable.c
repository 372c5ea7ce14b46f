/* The processor's description up to glibc 2.32: what CPUID says, and two words of bits for what
 * programs may use and should prefer. libc itself finds out about caches. */
#include "cpu_features_table.h"
#include "glibc/cpu/cpu_publish.h"
#include "glibc/tunables.h"
#include "glibc_layout.h"

/* By bit of feature[0]. */
static const uint16_t usable[] = {
    CPU_AVX,
    CPU_AVX2,
    CPU_AVX512F,
    CPU_AVX512CD,
    CPU_AVX512ER,
    CPU_AVX512PF,
    CPU_AVX512VL,
    CPU_AVX512DQ,
    CPU_AVX512BW,
    CPU_AVX512_4FMAPS,
    CPU_AVX512_4VNNIW,
    CPU_AVX512_BITALG,
    CPU_AVX512_IFMA,
    CPU_AVX512_VBMI,
    CPU_AVX512_VBMI2,
    CPU_AVX512_VNNI,
    CPU_AVX512_VPOPCNTDQ,
    CPU_FMA,
    CPU_FMA4,
    CPU_VAES,
    CPU_VPCLMULQDQ,
    CPU_XOP,
    CPU_XSAVEC,
};

/* By bit of feature[1]; bit 9 is for addresses below 4 GiB. */
static const uint32_t preferred[] = {
    PREFER_I586,
    PREFER_I686,
    PREFER_FAST_REP_STRING,
    PREFER_FAST_COPY_BACKWARD,
    PREFER_FAST_UNALIGNED_LOAD,
    PREFER_FAST_UNALIGNED_COPY,
    PREFER_SLOW_BSF,
    PREFER_SLOW_SSE4_2,
    PREFER_AVX_FAST_UNALIGNED_LOAD,
    0,
    PREFER_PMINUB_FOR_STRINGOP,
    PREFER_NO_VZEROUPPER,
    PREFER_ERMS,
    PREFER_FSRM,
    PREFER_NO_AVX512,
    PREFER_MATHVEC_PREFER_NO_AVX512,
    PREFER_AVX2_STRCMP,
};

static void publish_bits(struct cpu_features *features, const struct processor *cpu) {
    for (unsigned bit = 0; bit < sizeof usable / sizeof usable[0]; ++bit)
        if (cpu_usable(cpu, (enum cpu_feature)usable[bit]))
            features->feature[0] |= UINT32_C(1) << bit;
    for (unsigned bit = 0; bit < sizeof preferred / sizeof preferred[0]; ++bit)
        if ((cpu->preferred[0] & preferred[bit]) != 0)
            features->feature[1] |= UINT32_C(1) << bit;
}

static void publish_leaves(struct cpu_features *features, const struct processor *cpu) {
    for (unsigned i = 0; i < GLIBC_CPUID_COUNT; ++i) {
        const uint32_t *words = cpu->features[glibc_cpuid_leaves[i]].cpuid_array;
        features->cpuid[i].eax = words[EAX];
        features->cpuid[i].ebx = words[EBX];
        features->cpuid[i].ecx = words[ECX];
        features->cpuid[i].edx = words[EDX];
    }
}

void cpu_publish(const struct processor *cpu) {
    struct cpu_features *features = &_rtld_global_ro._dl_x86_cpu_features;
    features->basic.kind = glibc_cpu_kinds[cpu->basic.kind];
    features->basic.max_cpuid = cpu->basic.max_cpuid;
    features->basic.family = cpu->basic.family;
    features->basic.model = cpu->basic.model;
    features->basic.stepping = cpu->basic.stepping;
    publish_leaves(features, cpu);
    publish_bits(features, cpu);
    features->xsave_state_size = cpu->xsave_state_size;
    features->xsave_state_full_size = cpu->xsave_state_full_size;
    features->data_cache_size = (elf_addr)tunable_number("glibc.cpu.x86_data_cache_size", 0);
    features->shared_cache_size = (elf_addr)tunable_number("glibc.cpu.x86_shared_cache_size", 0);
    features->non_temporal_threshold =
        (elf_addr)tunable_number("glibc.cpu.x86_non_temporal_threshold", 0);
}

/* libc's way to the features. */
EXPORT const struct cpu_features *__get_cpu_features(void);

const struct cpu_features *__get_cpu_features(void) {
    return &_rtld_global_ro._dl_x86_cpu_features;
}
