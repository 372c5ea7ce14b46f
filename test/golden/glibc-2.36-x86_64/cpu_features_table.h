/* Made by: npx wine-ld build --abi glibc-2.36-x86_64 */
/* The CPUID leaves that this glibc keeps in cpu_features.features[], by index. */
#ifndef WINE_LD_CPU_FEATURES_TABLE_H
#define WINE_LD_CPU_FEATURES_TABLE_H

#include <stdint.h>

enum {
    CPUID_INDEX_1 = 0,
    CPUID_INDEX_7 = 1,
    CPUID_INDEX_80000001 = 2,
    CPUID_INDEX_D_ECX_1 = 3,
    CPUID_INDEX_80000007 = 4,
    CPUID_INDEX_80000008 = 5,
    CPUID_INDEX_7_ECX_1 = 6,
    CPUID_INDEX_19 = 7,
    CPUID_INDEX_14_ECX_0 = 8,
    CPUID_INDEX_COUNT = 9,
};

struct cpuid_leaf {
    uint32_t leaf, subleaf;
};

static const struct cpuid_leaf cpuid_leaves[CPUID_INDEX_COUNT] = {
    {0x1, 0x0},
    {0x7, 0x0},
    {0x80000001, 0x0},
    {0xd, 0x1},
    {0x80000007, 0x0},
    {0x80000008, 0x0},
    {0x7, 0x1},
    {0x19, 0x0},
    {0x14, 0x0},
};

#endif
