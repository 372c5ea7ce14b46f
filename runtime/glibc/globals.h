/* Parts of _rtld_global that only some glibc versions have. Each is in a file under optional/; without that file
 * the name is NULL. */
#ifndef WINE_LD_GLIBC_GLOBALS_H
#define WINE_LD_GLIBC_GLOBALS_H

#include "glibc_layout.h"

/* The list of search folders: libc's freeres frees from its head down to _dl_init_all_dirs, so both must be the
 * same. */
__attribute__((weak)) void globals_set_all_dirs(void *head);

#endif
