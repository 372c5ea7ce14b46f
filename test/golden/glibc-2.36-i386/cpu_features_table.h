/* Made by: npx wine-ld build --abi glibc-2.36-i386 */
/* The CPUID leaves that this glibc keeps, by their position in its array, as positions in ours. */
#ifndef WINE_LD_CPU_FEATURES_TABLE_H
#define WINE_LD_CPU_FEATURES_TABLE_H

#include "glibc/cpu_bits.h"

enum {
    GLIBC_CPUID_COUNT = 9,
};

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

#endif
