/* glibc: 2.33-2.36 */
/* Sizes from which on memory functions change their method, up to glibc 2.36. */
#include "glibc/cpu/cacheinfo.h"

const struct cache_rules cache_rules = {
    .unknown_cache = 0x4040,
    .amd_stops_string_copies_at_level_2 = true,
};
