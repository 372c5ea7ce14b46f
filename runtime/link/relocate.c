/* Applying relocations: the order of an object's tables and the loops over them. What a kind stores
 * is relocate_apply's; which type is of which kind is data (reloc_kinds.h). */
#include "link/relocate.h"

#include "process/debug.h"
#include "object/image.h"
#include "link/calls.h"
#include "link/lazy.h"
#include "object/map.h"
#include "reloc_kinds.h"
#include "link/relocate_pass.h"
#include "link/relr.h"

static enum reloc_kind kind_of(const elf_reloc *reloc) {
    uint32_t type = reloc_type(reloc);
    return type < sizeof reloc_kinds / sizeof reloc_kinds[0] ? (enum reloc_kind)reloc_kinds[type]
                                                             : RELOC_UNKNOWN;
}

static bool unexpected_type(struct pass *pass, const elf_reloc *reloc, bool lazy) {
    return error_set(pass->error, 0, pass->object->name, "unexpected %sreloc type 0x%02x",
                     lazy ? "PLT " : "", reloc_type(reloc));
}

/* What may be in a table that is bound later. */
static bool is_lazy_kind(enum reloc_kind kind) {
    return kind == RELOC_JUMP_SLOT || kind == RELOC_IRELATIVE || kind == RELOC_TLSDESC;
}

/* All but IRELATIVE: a resolver may look at anything that other relocations set up. */
static bool apply_table(struct pass *pass, const elf_reloc *table, size_t count, bool lazy) {
    for (size_t i = 0; i < count; ++i) {
        enum reloc_kind kind = kind_of(&table[i]);
        if (kind == RELOC_UNKNOWN || (lazy && !is_lazy_kind(kind)))
            return unexpected_type(pass, &table[i], lazy);
        if (kind == RELOC_NONE || kind == RELOC_IRELATIVE || (kind == RELOC_JUMP_SLOT && lazy))
            continue;
        if (!pass_apply(pass, &table[i], kind))
            return false;
    }
    return true;
}

static bool apply_irelative(struct pass *pass, const elf_reloc *table, size_t count) {
    struct image_run text = {0};
    for (size_t i = 0; i < count; ++i) {
        if (kind_of(&table[i]) != RELOC_IRELATIVE)
            continue;
        elf_addr *place = pass_place(pass, &table[i]);
        if (place == NULL)
            return false;
        elf_addr resolver = pass->object->base + reloc_addend(&table[i], place);
        if (!image_run_holds(&text, pass->object, resolver, 1, PF_X))
            return error_set(pass->error, 0, pass->object->name,
                             "malformed ELF file: IFUNC resolver outside of the text");
        *place = relocate_ifunc(resolver);
    }
    return true;
}

/* The leading run of RELATIVE entries, which is most of a large library. */
static size_t apply_relative_run(struct pass *pass, const elf_reloc *table, size_t count) {
    elf_addr base = pass->object->base;
    size_t i = 0;
    for (; i < count && kind_of(&table[i]) == RELOC_RELATIVE; ++i) {
        elf_addr *place = pass_place(pass, &table[i]);
        if (place == NULL)
            return SIZE_MAX;
        *place = base + reloc_addend(&table[i], place);
    }
    return i;
}

static bool find_relr_room(void *context, elf_addr address, struct relr_room *room) {
    struct pass *pass = context;
    if (!pass_find_pages(pass, address))
        return false;
    *room = (struct relr_room){pass->start, pass->room};
    return true;
}

static bool apply_relr(struct pass *pass) {
    const struct dynamic *dynamic = &pass->object->dynamic;
    return relr_apply(dynamic->relr, dynamic->relr_count, pass->object->base, find_relr_room,
                      pass) ||
           pass_bad_place(pass);
}

static bool apply_all(struct pass *pass) {
    const struct dynamic *dynamic = &pass->object->dynamic;
    size_t done = 0;
    if (!apply_relr(pass))
        return false;
    done = apply_relative_run(pass, dynamic->relocs, dynamic->relative_count);
    if (done == SIZE_MAX)
        return false;
    const elf_reloc *rest = dynamic->relocs + done;
    size_t count = dynamic->reloc_count - done;
    if (!apply_table(pass, rest, count, false))
        return false;
    if (pass->lazy && !lazy_prepare(pass->object, pass->follow))
        return pass_bad_place(pass);
    return apply_table(pass, dynamic->plt_relocs, dynamic->plt_reloc_count, pass->lazy) &&
           apply_irelative(pass, rest, count) &&
           apply_irelative(pass, dynamic->plt_relocs, dynamic->plt_reloc_count);
}

bool relocate_object(struct object *object, struct scope *const *scopes, bool lazy,
                     struct error *error) {
    bool textrel = (object->dynamic.flags & DF_TEXTREL) != 0;
    if (object->relocated)
        return true;
    bool follow = lazy && calls_wanted(object) && object->dynamic.pltgot != NULL;
    struct pass pass = {
        .object = object,
        .scopes = scopes,
        .error = error,
        .follow = follow,
        .lazy = follow || (lazy && (object->dynamic.flags & DF_BIND_NOW) == 0 &&
                           object->dynamic.pltgot != NULL),
        .place_flags = textrel ? 0 : PF_W,
    };
    if (debug_wants(DEBUG_RELOC)) {
        debug_print("\n");
        debug_print("relocation processing: %s%s\n", debug_name(object),
                    pass.lazy ? " (lazy)" : "");
    }
    if ((textrel && !map_unprotect_text(object, error)) || !apply_all(&pass) ||
        (textrel && !map_protect_text(object, error)))
        return false;
    if (follow && !calls_record(object))
        return error_set(error, E_NOMEM, debug_name(object),
                         "out of memory to store relocation results");
    object->relocated = true;
    return map_protect_relro(object, error);
}
