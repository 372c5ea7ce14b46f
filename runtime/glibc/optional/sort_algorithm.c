/* The order of constructors, glibc 2.35 and later. */
#include "glibc/mirror/globals.h"
#include "glibc_layout.h"

void globals_set_sort_algorithm(uint32_t algorithm) {
    _rtld_global_ro._dl_dso_sort_algo = algorithm;
}
