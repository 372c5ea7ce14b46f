/* Binding a PLT slot on first call. Runs in any thread at any time, signal handlers included. */
#include "lazy.h"

#include "audit.h"
#include "debug.h"
#include "glibc/cpu_features.h"
#include "glibc/glibc.h"
#include "lookup.h"
#include "relocate.h"
#include "reloc_kinds.h"

bool lazy_prepare(struct object *object) {
    const struct dynamic *dynamic = &object->dynamic;
    if (!object_contains(object, (elf_word)dynamic->pltgot, 3 * sizeof(elf_word), PF_W))
        return false;
    for (size_t i = 0; i < dynamic->plt_reloc_count; ++i) {
        const elf_reloc *reloc = &dynamic->plt_relocs[i];
        uint32_t type = reloc_type(reloc);
        elf_word place = object->base + reloc->r_offset;
        if (type >= sizeof reloc_kinds || reloc_kinds[type] != RELOC_JUMP_SLOT)
            continue;
        if (!object_contains(object, place, sizeof(elf_word), PF_W))
            return false;
        *(elf_word *)place += object->base;
    }
    dynamic->pltgot[1] = (elf_word)object->handle;
    dynamic->pltgot[2] = (elf_word)lazy_trampoline;
    return true;
}

/* The final address of a bound function; its IFUNC resolver runs with the caller's vector state
 * kept. */
static elf_word target_of(struct object *object, size_t symbol, const struct binding *binding) {
    elf_word address = binding_address(binding);
    if (binding->symbol == NULL)
        return 0;
    if (elf_st_type(binding->symbol->st_info) == STT_GNU_IFUNC)
        return arch_call_preserving(address, cpu_features_state_area(), NULL);
    const elf_sym *own = &object->dynamic.symtab[symbol];
    elf_word hook = relocate_hooked(binding, object_string(object, own->st_name));
    return hook != 0 ? hook : address;
}

elf_word lazy_bind(void *handle, elf_word argument) {
    struct object *object = object_of_handle(handle);
    const elf_reloc *reloc = &object->dynamic.plt_relocs[argument / ARCH_PLT_ARGUMENT_UNIT];
    size_t symbol = reloc_symbol(reloc);
    struct binding binding;
    struct error error = {0};
    int outer = scope_read_begin();
    if (!relocate_bind(object, symbol, LOOKUP_PLT, LOOKUP_ADD_DEPENDENCY | LOOKUP_GSCOPE_LOCK,
                       object->scopes.scopes, &binding, &error))
        error_fatal_occasion(&error, "symbol lookup error");
    /* Before a resolver runs: it may wait for a thread that waits for lookups to end (dlclose). The
     * definer stays, because it was noted as bound. */
    scope_read_end(outer);
    elf_word target = target_of(object, symbol, &binding);
    if (audit_wanted())
        target = audit_bind_lazily(object, &binding, target);
    if (!options.bind_not)
        *(elf_word *)(object->base + reloc->r_offset) = target;
    return target;
}
