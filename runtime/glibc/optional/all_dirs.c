/* The list of search folders in _rtld_global. */
#include "glibc/mirror/globals.h"
#include "glibc_layout.h"

void globals_set_all_dirs(void *head) {
    _rtld_global._dl_all_dirs = head;
}
