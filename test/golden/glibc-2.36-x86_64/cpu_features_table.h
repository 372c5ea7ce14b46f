/* Made by: npx wine-ld build --abi glibc-2.36-x86_64 */
/* How this glibc keeps what it knows of the processor. */
#ifndef WINE_LD_CPU_FEATURES_TABLE_H
#define WINE_LD_CPU_FEATURES_TABLE_H

#include <stddef.h>

#include "glibc/cpu/cpu_bits.h"

/* Counts of the tables below. GLIBC_REGISTER_AREA: bytes that its lazy binding and TLS descriptors save
 * beside the XSAVE area; GLIBC_SAVED_STATES: states of XCR0 that they save. The others are 0 or 1:
 * whether TLS descriptors save them too, whether memset may do without REP STOSB, whether there is
 * a mask of hwcap bits. */
enum {
    GLIBC_CPUID_COUNT = 9,
    GLIBC_PREFERENCE_COUNT = 16,
    GLIBC_CPU_NUMBER_COUNT = 21,
    GLIBC_REGISTER_AREA = 64,
    GLIBC_SAVED_STATES = 0xee,
    GLIBC_SAVES_FOR_DESCRIPTORS = 0,
    GLIBC_AVOIDS_STOSB = 0,
    GLIBC_HAS_HWCAP_MASK = 1,
};

/* The CPUID leaves that it keeps, by their position in its array, as positions in ours. */
static const unsigned char glibc_cpuid_leaves[GLIBC_CPUID_COUNT] = {
    CPUID_INDEX_1,
    CPUID_INDEX_7,
    CPUID_INDEX_80000001,
    CPUID_INDEX_D_ECX_1,
    CPUID_INDEX_80000007,
    CPUID_INDEX_80000008,
    CPUID_INDEX_7_ECX_1,
    CPUID_INDEX_19,
    CPUID_INDEX_14_ECX_0,
};

/* Its number of an enum cpu_kind; 0: it has no such kind. */
static const unsigned char glibc_cpu_kinds[CPU_OTHER + 1] = {
    [CPU_UNKNOWN] = 0,
    [CPU_INTEL] = 1,
    [CPU_AMD] = 2,
    [CPU_ZHAOXIN] = 3,
    [CPU_OTHER] = 4,
};

/* The preferences by their bit in its preferred[0]; 0: one that is never set here. */
static const struct {
    char name[32];
    uint32_t preference;
} glibc_preferences[] = {
    {"Fast_Rep_String", PREFER_FAST_REP_STRING},
    {"Fast_Copy_Backward", PREFER_FAST_COPY_BACKWARD},
    {"Slow_BSF", PREFER_SLOW_BSF},
    {"Fast_Unaligned_Load", PREFER_FAST_UNALIGNED_LOAD},
    {"Prefer_PMINUB_for_stringop", PREFER_PMINUB_FOR_STRINGOP},
    {"Fast_Unaligned_Copy", PREFER_FAST_UNALIGNED_COPY},
    {"I586", PREFER_I586},
    {"I686", PREFER_I686},
    {"Slow_SSE4_2", PREFER_SLOW_SSE4_2},
    {"AVX_Fast_Unaligned_Load", PREFER_AVX_FAST_UNALIGNED_LOAD},
    {"Prefer_No_VZEROUPPER", PREFER_NO_VZEROUPPER},
    {"Prefer_ERMS", PREFER_ERMS},
    {"Prefer_No_AVX512", PREFER_NO_AVX512},
    {"MathVec_Prefer_No_AVX512", PREFER_MATHVEC_PREFER_NO_AVX512},
    {"Prefer_FSRM", PREFER_FSRM},
    {"Avoid_Short_Distance_REP_MOVSB", PREFER_AVOID_SHORT_DISTANCE_REP_MOVSB},
};

/* The numbers of its struct cpu_features: name, offset and size in bytes. */
static const struct {
    char name[32];
    uint16_t offset, size;
} glibc_cpu_numbers[] = {
    {"isa_1", 312, 4},
    {"xsave_state_size", 320, 8},
    {"xsave_state_full_size", 328, 4},
    {"data_cache_size", 336, 8},
    {"shared_cache_size", 344, 8},
    {"non_temporal_threshold", 352, 8},
    {"rep_movsb_threshold", 360, 8},
    {"rep_movsb_stop_threshold", 368, 8},
    {"rep_stosb_threshold", 376, 8},
    {"level1_icache_size", 384, 8},
    {"level1_icache_linesize", 392, 8},
    {"level1_dcache_size", 400, 8},
    {"level1_dcache_assoc", 408, 8},
    {"level1_dcache_linesize", 416, 8},
    {"level2_cache_size", 424, 8},
    {"level2_cache_assoc", 432, 8},
    {"level2_cache_linesize", 440, 8},
    {"level3_cache_size", 448, 8},
    {"level3_cache_assoc", 456, 8},
    {"level3_cache_linesize", 464, 8},
    {"level4_cache_size", 472, 8},
};

#endif
