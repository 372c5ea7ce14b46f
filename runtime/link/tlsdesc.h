/* TLS descriptors (psABI extension, -mtls-dialect=gnu2): two words, the function that answers and
 * its argument. The functions are assembly, templates/<arch>/tlsdesc.S: they answer with the
 * distance of the variable from the thread pointer and keep every register but the result's. */
#ifndef WINE_LD_TLSDESC_H
#define WINE_LD_TLSDESC_H

#include <stdbool.h>

#include "object/object.h"

/* Fills the two words of `descriptor` for the variable at `offset` (symbol value + addend) in the
 * TLS block of `definer`; NULL: an undefined weak symbol, whose address is to come out as `offset`.
 * The block becomes static when the optional part of the static surplus has room. False: no memory.
 */
bool tlsdesc_fill(elf_addr *descriptor, struct object *definer, elf_addr offset);

/* Frees what the descriptors that refer to `definer` needed, when it is unloaded. */
void tlsdesc_forget(struct object *definer);

#endif
