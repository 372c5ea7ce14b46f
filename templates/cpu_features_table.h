/* The CPUID leaves that this glibc keeps, by their position in its array, as positions in ours. */
#ifndef WINE_LD_CPU_FEATURES_TABLE_H
#define WINE_LD_CPU_FEATURES_TABLE_H

#include "glibc/cpu_bits.h"

enum {
    $count
};

static const unsigned char glibc_cpuid_leaves[GLIBC_CPUID_COUNT] = {
    $rows
};

#endif
