/* dlinfo's search folders. */
#ifndef WINE_LD_GLIBC_SERINFO_H
#define WINE_LD_GLIBC_SERINFO_H

#include <stdbool.h>
#include <stddef.h>

#include "arch.h"
#include "glibc_layout.h"

/* dlfcn.h's Dl_serpath and Dl_serinfo (public ABI). */
struct serinfo_folder {
    char *name;
    unsigned flags;
};
struct serinfo {
    size_t size; /* of all this, with the texts behind the folders */
    unsigned count;
    struct serinfo_folder folders[];
};

/* Fills size and count when `counting`, else the folders of a buffer whose count is set. */
EXPORT void _dl_rtld_di_serinfo(struct link_map *loader, struct serinfo *info, bool counting);

#endif
