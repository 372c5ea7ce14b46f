/* _rtld_global and _rtld_global_ro, through which libc.so.6 and the linker know each other. What
 * the fields are and where is generated/glibc_layout.h; what they must hold is
 * docs/glibc-contract.md. */
#ifndef WINE_LD_GLIBC_GLOBALS_H
#define WINE_LD_GLIBC_GLOBALS_H

#include <stdint.h>

#include "object/object.h"

/* _rtld_global_ro and _rtld_global: everything known before any object is loaded (auxv values,
 * function pointers, locks, stack lists). */
void glibc_fill_globals(void);
/* vdso function pointers. */
void glibc_fill_vdso(struct object *vdso);
/* After the initial objects are loaded: searchlists, dl_init_all_dirs, counts. */
void glibc_publish_loaded(void);

/* Parts that only some glibc versions have. Each is in a file under optional/; without that file
 * the name is NULL. */

/* The list of search folders: libc's freeres frees from its head down to _dl_init_all_dirs, so both
 * must be the same. */
__attribute__((weak)) void globals_set_all_dirs(void *head);

/* How constructors are sorted: 0 the way of glibc 2.34, 1 depth first. Only told, to debuggers. */
__attribute__((weak)) void globals_set_sort_algorithm(uint32_t algorithm);

/* Further words of hwcap bits (AT_HWCAP3, AT_HWCAP4). */
__attribute__((weak)) void globals_set_later_hwcaps(void);

/* The versions of the kernel and of the library cache that glibc before 2.36 asks for. */
__attribute__((weak)) void globals_set_versions(void);

#endif
