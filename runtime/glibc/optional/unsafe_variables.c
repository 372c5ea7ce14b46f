/* glibc: 2.39- */
/* What glibc 2.39 and later take out of the environment of a secure process beside what earlier
 * ones do. */
#include "environment.h"

const char *environment_more_unsafe(void) {
    return "GLIBC_TUNABLES\0LD_BIND_NOT\0LD_BIND_NOW\0LD_VERBOSE\0LD_WARN\0"
           "MALLOC_ARENA_MAX\0MALLOC_ARENA_TEST\0MALLOC_MMAP_MAX_\0"
           "MALLOC_MMAP_THRESHOLD_\0MALLOC_PERTURB_\0MALLOC_TOP_PAD_\0"
           "MALLOC_TRIM_THRESHOLD_\0";
}
