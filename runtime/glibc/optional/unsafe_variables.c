/* glibc: 2.39- */
/* A secure process of glibc 2.39 and later: which variables its linker hears, and what is taken out
 * of its environment beside what earlier ones take. */
#include "process/environment.h"

const char *environment_more_unsafe(void) {
    return "GLIBC_TUNABLES\0LD_BIND_NOT\0LD_BIND_NOW\0LD_VERBOSE\0LD_WARN\0"
           "MALLOC_ARENA_MAX\0MALLOC_ARENA_TEST\0MALLOC_MMAP_MAX_\0"
           "MALLOC_MMAP_THRESHOLD_\0MALLOC_PERTURB_\0MALLOC_TOP_PAD_\0"
           "MALLOC_TRIM_THRESHOLD_\0";
}

const char *environment_secure_words(void) {
    return "LD_AUDIT\0LD_PRELOAD\0";
}
