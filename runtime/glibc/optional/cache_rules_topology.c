/* glibc: 2.37-2.37 */
/* Sizes from which on memory functions change their method, glibc 2.37: AMD's caches by topology.
 */
#include "glibc/cpu/cacheinfo.h"

const struct cache_rules cache_rules = {
    .unknown_cache = 0x4040,
    .amd_stops_string_copies_at_level_2 = true,
    .amd_by_topology = true,
};
