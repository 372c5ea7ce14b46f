/* Applying relocations. What each type means is data: generated/reloc_kinds.h, from
 * codegen/targets.ts. */
#ifndef WINE_LD_RELOCATE_H
#define WINE_LD_RELOCATE_H

#include "object/lookup.h"
#include "object/object.h"

/* What a relocation does, over all architectures. */
enum reloc_kind {
    RELOC_UNKNOWN = 0,
    RELOC_NONE,
    RELOC_RELATIVE,   /* base + addend */
    RELOC_SYMBOLIC,   /* symbol + addend, word */
    RELOC_SYMBOLIC32, /* symbol + addend, must fit 32 unsigned bits */
    RELOC_GLOB_DAT,   /* symbol (+ addend on RELA) */
    RELOC_JUMP_SLOT,  /* symbol (+ addend on RELA); may be bound lazily */
    RELOC_PC32,       /* symbol + addend - place, 32 bits */
    RELOC_COPY,
    RELOC_IRELATIVE,      /* resolver at base + addend */
    RELOC_DTPMOD,         /* DTPMOD */
    RELOC_DTPOFF,         /* DTPOFF */
    RELOC_TPOFF,          /* TPOFF: symbol + addend relative to the thread pointer (negative) */
    RELOC_TPOFF_POSITIVE, /* i386 TLS_TPOFF32: the negated form */
    RELOC_TLSDESC,
    RELOC_SIZE,
};

/* Relocates `object`: binds every reference in `scopes`, PLT slots lazily when `lazy`. RELRO is
 * applied. Restores text protection. On failure `error` is filled; the object may be half
 * relocated. */
bool relocate_object(struct object *object, struct scope *const *scopes, bool lazy,
                     struct error *error);

/* Warns when what the COPY relocation for `own` of `object` copies has another size. */
void relocate_compare_sizes(const struct object *object, const elf_sym *own, const elf_sym *source);

/* Binds the reference that symbol-table entry `symbol` of `object` is, with the version it asks
 * for. `class` and `flags` are lookup.h's. Errors as lookup's. */
bool relocate_bind(struct object *object, size_t symbol, enum reference_class class,
                   enum lookup_flags flags, struct scope *const *scopes, struct binding *binding,
                   struct error *error);

/* The function of ours that stands in for what was bound to libc's own (space_hook), or 0. The
 * binding is lookup's and has a symbol. */
elf_addr relocate_hooked(const struct binding *binding);

/* The address an IFUNC resolver at `resolver` answers. */
elf_addr relocate_ifunc(elf_addr resolver);

#endif
