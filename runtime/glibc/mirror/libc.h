/* What happens between us and libc.so.6 at start: whether it is one we were made for, and telling
 * it that it may begin. */
#ifndef WINE_LD_GLIBC_LIBC_H
#define WINE_LD_GLIBC_LIBC_H

#include <stdbool.h>
#include <stddef.h>

#include "object/object.h"
#include "process/error.h"

/* Whether `libc`, mapped and not yet relocated, is one of the builds this linker was made for and
 * verified with; the sentence to print when not. */
bool glibc_fits(struct object *libc, struct error *error);

/* The build-id of a mapped libc in hexadecimal; false: it has none. */
enum { GLIBC_BUILD_ID_LIMIT = 20 };
bool glibc_build_id_text(const struct object *libc, char *text, size_t size);

/* Calls __libc_early_init(true) where libc has it. */
void glibc_early_init(struct object *libc, bool initial);

/* A further libc.so.6 was loaded, in a namespace of its own: each one's callers get its errno. */
void glibc_bind_further_libc(void);

#endif
