/* The CPUID leaves that this glibc keeps in cpu_features.features[], by index. */
#ifndef WINE_LD_CPU_FEATURES_TABLE_H
#define WINE_LD_CPU_FEATURES_TABLE_H

#include <stdint.h>

enum {
    $indexes
};

struct cpuid_leaf {
    uint32_t leaf, subleaf;
};

static const struct cpuid_leaf cpuid_leaves[CPUID_INDEX_COUNT] = {
    $rows
};

#endif
