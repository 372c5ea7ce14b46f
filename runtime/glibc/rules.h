/* What one glibc does and another does not. Each rule is in a file under optional/; without that
 * file the name is NULL. */
#ifndef WINE_LD_GLIBC_RULES_H
#define WINE_LD_GLIBC_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "arch.h"
#include "base/elf.h"

struct binding;
struct object;

/* The real path of a directly started program, where this glibc takes that for $ORIGIN; NULL: it
 * does not. False: not to be had. */
__attribute__((weak, visibility("hidden"))) bool glibc_canonical_path(const char *path, char *text,
                                                                      size_t size);

/* Puts the object whose closing is the reason (may be NULL) to the front of what is to be sorted
 * for destruction, where this glibc does; NULL: it does not. Whether it has to stay in front. */
__attribute__((weak, visibility("hidden"))) bool
glibc_place_closed(struct object **objects, size_t count, struct object *closed);

/* What this glibc alone has against a PT_LOAD header, NULL: nothing. NULL itself: no rule of its
 * own. */
__attribute__((weak, visibility("hidden"))) const char *glibc_segment_fault(const elf_phdr *header);

/* Whether libraries with DT_RELR must need the version GLIBC_ABI_DT_RELR. NULL: no rule. */
__attribute__((weak, visibility("hidden"))) bool glibc_wants_relr_marker(void);

/* Warns when the program's reference `name` bypasses a protected definition. NULL: this glibc does
 * not. */
__attribute__((weak, visibility("hidden"))) void
glibc_warn_protected(const struct object *object, const char *name, unsigned class,
                     const elf_sym *reference, const struct binding *binding);

#endif
