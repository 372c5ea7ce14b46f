/* The linker as libc.so.6 calls it: function pointers in _rtld_global_ro behind dlopen and its
 * family. */
#ifndef WINE_LD_GLIBC_DLFCN_H
#define WINE_LD_GLIBC_DLFCN_H

#include <stdbool.h>

#include "arch.h"
#include "glibc_layout.h"

/* Stores the entry points into _rtld_global_ro. */
void dlfcn_fill_entries(void);

/* Those that not every glibc has (optional/); NULL: this one has none such. */
__attribute__((weak, visibility("hidden"))) void dlfcn_fill_error_entries(void);
__attribute__((weak, visibility("hidden"))) void dlfcn_fill_free_resources(void);
__attribute__((weak, visibility("hidden"))) void dlfcn_fill_find_object(void);
__attribute__((weak, visibility("hidden"))) void dlfcn_fill_readonly_area(void);

/* The object that holds a code or data address, NULL: none. Caller holds the load lock. */
EXPORT struct link_map *_dl_find_dso_for_object(elf_addr address);

/* LD_PROFILE is not served: a call from `from` to `to` is not counted. */
EXPORT void _dl_mcount(elf_addr from, elf_addr to);

#endif
