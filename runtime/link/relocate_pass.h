/* Private to the files relocate*.c: one object being relocated. */
#ifndef WINE_LD_RELOCATE_PASS_H
#define WINE_LD_RELOCATE_PASS_H

#include "object/lookup.h"
#include "link/relocate.h"

/* One object being relocated. */
struct pass {
    struct object *object;
    struct scope *const *scopes;
    struct error *error;
    bool lazy;
    bool follow; /* calls come by the trampoline each time */
    /* A word may be stored at start .. start + room - 1: the writable pages of the last place. */
    elf_addr start, room;
    uint32_t
        place_flags; /* what a segment must allow to be written: PF_W, nothing with DT_TEXTREL */
    size_t cached_symbol; /* the last symbol bound, and for which class */
    unsigned cached_class;
    struct binding cached;
};

/* Fills the error "relocation outside of the writable segments"; false. */
bool pass_bad_place(const struct pass *pass);
/* Whether a word may be stored at `address`; start and room then say what lies around it. */
bool pass_find_pages(struct pass *pass, elf_addr address);
/* Where a relocation stores, NULL (and the error filled) when that may not be written. */
elf_addr *pass_place(struct pass *pass, const elf_reloc *reloc);
/* Applies one relocation of a kind that needs a symbol, or a RELATIVE one. */
bool pass_apply(struct pass *pass, const elf_reloc *reloc, enum reloc_kind kind);

#endif
