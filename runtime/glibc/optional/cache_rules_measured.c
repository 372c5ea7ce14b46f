/* glibc: 2.39-2.39 */
/* Sizes from which on memory functions change their method, glibc 2.39: AMD's vectors are faster.
 */
#include "glibc/cpu/cacheinfo.h"

const struct cache_rules cache_rules = {
    .unknown_cache = 64 << 20,
    .amd_prefers_vectors = true,
    .amd_by_topology = true,
};
