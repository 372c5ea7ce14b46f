/* After libc.so.6 is relocated: what we take from it. */
#ifndef WINE_LD_GLIBC_BIND_H
#define WINE_LD_GLIBC_BIND_H

#include "object/object.h"

/* After relocation, before constructors: binds malloc-independent hooks, mutexes, exceptions to
 * libc's (lookups in `libc`), _dl_find_object data. */
void glibc_bind_libc(struct object *libc);

#endif
