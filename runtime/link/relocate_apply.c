/* What each kind of relocation stores. Does not know tables or their order. */
#include "audit/audit.h"
#include "base/auxv.h"
#include "process/debug.h"
#include "base/format.h"
#include "object/image.h"
#include "reloc_kinds.h"
#include "link/relocate_pass.h"
#include "base/system.h"
#include "base/text.h"
#include "object/tls.h"
#include "link/tlsdesc.h"

/* A relocation whose symbol was found. */
struct bound_reloc {
    const elf_reloc *reloc;
    elf_addr *place;
    elf_addr value; /* address of the symbol, IFUNC resolved; 0 for an undefined weak */
    struct binding binding;
};

bool pass_bad_place(const struct pass *pass) {
    return error_set(pass->error, 0, pass->object->name,
                     "malformed ELF file: relocation outside of the writable segments");
}

bool pass_find_pages(struct pass *pass, elf_addr address) {
    struct image_part part;
    if (!image_part_at(pass->object, address, &part) ||
        !image_part_allows(&part, pass->place_flags))
        return false;
    pass->start = part.start;
    pass->room = part.end - part.start - sizeof(elf_addr) + 1;
    if (address - pass->start < pass->room)
        return true;
    /* The word ends on pages of another segment. */
    pass->start = address;
    pass->room = 1;
    return object_contains(pass->object, address, sizeof(elf_addr), pass->place_flags);
}

elf_addr *pass_place(struct pass *pass, const elf_reloc *reloc) {
    elf_addr address = pass->object->base + reloc->r_offset;
    if (address - pass->start >= pass->room && !pass_find_pages(pass, address)) {
        pass_bad_place(pass);
        return NULL;
    }
    return (elf_addr *)address;
}

static bool bind_symbol(struct pass *pass, size_t symbol, enum reference_class class,
                        struct binding *binding) {
    if (symbol == 0) {
        *binding = (struct binding){.object = pass->object, .symbol = pass->object->dynamic.symtab};
        return true;
    }
    if (symbol != pass->cached_symbol || class != pass->cached_class) {
        if (!relocate_bind(pass->object, symbol, class, LOOKUP_ADD_DEPENDENCY, pass->scopes,
                           &pass->cached, pass->error))
            return false;
        pass->cached_symbol = symbol;
        pass->cached_class = class;
    } else if (pass->cached.gnu_hash != 0) {
        lookup_counts.repeated++;
    }
    *binding = pass->cached;
    return true;
}

/* A resolver must not run before its own object is relocated. */
static bool check_ifunc_order(const struct pass *pass, const struct binding *binding) {
    const struct object *definer = binding->object;
    if (definer == pass->object || definer->relocated)
        return true;
    const char *name = object_string(definer, binding->symbol->st_name);
    if (definer->kind == OBJECT_PROGRAM)
        return error_set(pass->error, 0, debug_name(pass->object),
                         "IFUNC symbol '%s' referenced in '%s' is defined in the executable and "
                         "creates an unsatisfiable circular dependency.",
                         name, debug_name(pass->object));
    print(options.debug_fd, "%s: Relink `%s' with `%s' for IFUNC symbol `%s'\n", process.argv[0],
          debug_name(pass->object), debug_name(definer), name);
    return true;
}

static bool address_of(struct pass *pass, struct bound_reloc *bound) {
    const struct binding *binding = &bound->binding;
    bound->value = binding_address(binding);
    if (binding->symbol == NULL || binding->symbol->st_shndx == SHN_UNDEF ||
        elf_st_type(binding->symbol->st_info) != STT_GNU_IFUNC) {
        bool foreign = binding->symbol != NULL && binding->object != pass->object;
        elf_addr hook = foreign ? relocate_hooked(binding) : 0;
        bound->value = hook != 0 ? hook : bound->value;
        return true;
    }
    if (!object_contains(binding->object, bound->value, 1, PF_X))
        return error_set(pass->error, 0, pass->object->name,
                         "malformed ELF file: IFUNC resolver outside of the text");
    if (!check_ifunc_order(pass, binding))
        return false;
    bound->value = relocate_ifunc(bound->value);
    return true;
}

void relocate_compare_sizes(const struct object *object, const elf_sym *own,
                            const elf_sym *source) {
    const char *name = object_string(object, own->st_name);
    if (source->st_size > own->st_size || (options.verbose && source->st_size < own->st_size))
        print(options.debug_fd,
              "%s: Symbol `%s' has different size in shared object, consider re-linking\n",
              process.argv[0], name);
}

static bool copy_symbol(struct pass *pass, const struct bound_reloc *bound) {
    const elf_sym *own = &pass->object->dynamic.symtab[reloc_symbol(bound->reloc)];
    const elf_sym *source = bound->binding.symbol;
    if (source == NULL)
        return true;
    relocate_compare_sizes(pass->object, own, source);
    elf_addr size = source->st_size < own->st_size ? source->st_size : own->st_size;
    if (!object_contains(pass->object, (elf_addr)bound->place, size, pass->place_flags) ||
        !object_contains(bound->binding.object, bound->value, size, 0))
        return error_set(pass->error, 0, pass->object->name,
                         "malformed ELF file: bad COPY relocation");
    memcpy(bound->place, (const void *)bound->value, size);
    return true;
}

/* Makes sure that the definer's block has a place that is the same in every thread. */
static bool static_offset(struct pass *pass, const struct bound_reloc *bound, elf_addr *offset) {
    struct object *definer = bound->binding.object;
    if (definer->tls.module == 0)
        return error_set(pass->error, 0, pass->object->name,
                         "malformed ELF file: TLS relocation against an object without TLS");
    if (definer->tls.offset <= 0 && !tls_make_static(definer, false))
        return error_set(pass->error, 0, debug_name(definer),
                         "cannot allocate memory in static TLS block");
    *offset = bound->binding.symbol->st_value - (elf_addr)definer->tls.offset;
    return true;
}

static bool apply_tls(struct pass *pass, enum reloc_kind kind, const struct bound_reloc *bound) {
    elf_addr offset;
    elf_addr *place = bound->place;
    bool undefined = bound->binding.symbol == NULL;
    if (kind == RELOC_TLSDESC) {
        if (!object_contains(pass->object, (elf_addr)place, 2 * sizeof *place, pass->place_flags))
            return pass_bad_place(pass);
        elf_addr addend = reloc_addend(bound->reloc, place + 1);
        elf_addr value = undefined ? 0 : bound->binding.symbol->st_value;
        return tlsdesc_fill(place, bound->binding.object, value + addend) ||
               error_set(pass->error, E_NOMEM, pass->object->name,
                         "cannot allocate TLS descriptor");
    }
    if (undefined)
        return true;
    switch (kind) {
    case RELOC_DTPMOD:
        *place = bound->binding.object->tls.module;
        return true;
    case RELOC_DTPOFF:
        *place = bound->binding.symbol->st_value + reloc_explicit_addend(bound->reloc);
        return true;
    case RELOC_TPOFF:
        if (!static_offset(pass, bound, &offset))
            return false;
        *place = offset + reloc_addend(bound->reloc, place);
        return true;
    default: /* RELOC_TPOFF_POSITIVE */
        if (!static_offset(pass, bound, &offset))
            return false;
        *place = reloc_addend(bound->reloc, place) - offset;
        return true;
    }
}

/* Stores a value of 32 bits, unsigned or (PC-relative) signed. */
static bool store_narrow(struct pass *pass, const struct bound_reloc *bound, elf_addr value,
                         bool fits) {
    if (!fits) {
        const elf_sym *own = &pass->object->dynamic.symtab[reloc_symbol(bound->reloc)];
        return error_set(pass->error, 0, debug_name(pass->object),
                         "Symbol `%s' causes overflow in %s relocation",
                         object_string(pass->object, own->st_name),
                         reloc_names[reloc_type(bound->reloc)]);
    }
    *(uint32_t *)(void *)bound->place = (uint32_t)value;
    return true;
}

static bool apply_symbolic(struct pass *pass, enum reloc_kind kind,
                           const struct bound_reloc *bound) {
    elf_addr *place = bound->place;
    elf_addr value;
    switch (kind) {
    case RELOC_GLOB_DAT:
    case RELOC_JUMP_SLOT:
        *place = bound->value; /* psABI: S; an addend may stand there and means something else */
        return true;
    case RELOC_SYMBOLIC:
        *place = bound->value + reloc_addend(bound->reloc, place);
        return true;
    case RELOC_SYMBOLIC32:
        value = bound->value + reloc_addend(bound->reloc, place);
        return store_narrow(pass, bound, value, value == (uint32_t)value);
    case RELOC_PC32:
        value = bound->value + reloc_addend(bound->reloc, place) - (elf_addr)place;
        return store_narrow(pass, bound, value, (elf_saddr)value == (int32_t)value);
    case RELOC_SIZE:
        *place = (bound->binding.symbol != NULL ? bound->binding.symbol->st_size : 0) +
                 reloc_addend(bound->reloc, place);
        return true;
    default: /* RELOC_COPY */
        return copy_symbol(pass, bound);
    }
}

static unsigned class_of(enum reloc_kind kind) {
    return kind == RELOC_COPY ? REFERENCE_COPY
           : kind == RELOC_JUMP_SLOT || (kind >= RELOC_DTPMOD && kind <= RELOC_TLSDESC)
               ? REFERENCE_PLT
               : 0;
}

bool pass_apply(struct pass *pass, const elf_reloc *reloc, enum reloc_kind kind) {
    struct bound_reloc bound = {.reloc = reloc, .place = pass_place(pass, reloc)};
    if (bound.place == NULL)
        return false;
    if (kind == RELOC_RELATIVE) {
        *bound.place = pass->object->base + reloc_addend(reloc, bound.place);
        return true;
    }
    if (!bind_symbol(pass, reloc_symbol(reloc), class_of(kind), &bound.binding))
        return false;
    if (kind >= RELOC_DTPMOD && kind <= RELOC_TLSDESC)
        return apply_tls(pass, kind, &bound);
    if (!address_of(pass, &bound))
        return false;
    if (audit_wanted() && kind == RELOC_JUMP_SLOT)
        bound.value = audit_bind_early(pass->object, &bound.binding, bound.value);
    return apply_symbolic(pass, kind, &bound);
}
