/* Before the process ends, for memory checkers, libc asks the linker to free what it has (from
 * glibc 2.35 on). What the linker holds is its own, not libc's. */
#include "glibc/entry/dlfcn.h"

static void free_resources(void) {}

void dlfcn_fill_free_resources(void) {
    _rtld_global_ro._dl_libc_freeres = free_resources;
}
