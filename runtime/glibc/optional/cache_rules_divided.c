/* glibc: 2.38-2.38 */
/* Sizes from which on memory functions change their method, glibc 2.38: a cache of unknown size is
 * taken for a large one. */
#include "glibc/cpu/cacheinfo.h"

const struct cache_rules cache_rules = {
    .unknown_cache = 64 << 20,
    .amd_stops_string_copies_at_level_2 = true,
    .amd_by_topology = true,
};
