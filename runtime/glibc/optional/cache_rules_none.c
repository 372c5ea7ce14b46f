/* glibc: -2.32 */
/* Up to glibc 2.32 libc itself finds out about caches and thresholds. */
#include "glibc/cpu/cacheinfo.h"

const struct cache_rules cache_rules = {.left_to_libc = true};
