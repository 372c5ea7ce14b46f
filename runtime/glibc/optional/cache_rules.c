/* glibc: 2.40- */
/* Sizes from which on memory functions change their method, since glibc 2.40. */
#include "glibc/cpu/cacheinfo.h"

const struct cache_rules cache_rules = {
    .unknown_cache = 64 << 20,
    .amd_prefers_vectors = true,
    .amd_by_topology = true,
    .zhaoxin_divides = true,
};
