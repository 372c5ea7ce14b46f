/* Binding a PLT slot on first call. Runs in any thread at any time, signal handlers included. */
#include "link/lazy.h"

#include "audit/audit.h"
#include "process/debug.h"
#include "glibc/cpu/cpu_features.h"
#include "glibc/gscope.h"
#include "glibc/mirror/link_map.h"
#include "object/image.h"
#include "object/lookup.h"
#include "link/relocate.h"
#include "reloc_kinds.h"

static bool is_slot(const elf_reloc *reloc) {
    uint32_t type = reloc_type(reloc);
    return type < sizeof reloc_kinds && reloc_kinds[type] == RELOC_JUMP_SLOT;
}

bool lazy_prepare(struct object *object, bool follow) {
    enum { PLT_ENTRY = 16 };
    const struct dynamic *dynamic = &object->dynamic;
    struct image_run run = {0};
    if (!image_run_holds(&run, object, (elf_addr)dynamic->pltgot, 3 * sizeof(elf_addr), PF_W))
        return false;
    /* Prelinked: the slots hold final addresses, and here is where the PLT is. */
    elf_addr plt = dynamic->pltgot[1] != 0 ? object->base + dynamic->pltgot[1] : 0;
    elf_addr slots = (elf_addr)&dynamic->pltgot[3];
    for (size_t i = 0; i < dynamic->plt_reloc_count; ++i) {
        const elf_reloc *reloc = &dynamic->plt_relocs[i];
        elf_addr place = object->base + reloc->r_offset;
        if (!is_slot(reloc))
            continue;
        if (!image_run_holds(&run, object, place, sizeof(elf_addr), PF_W))
            return false;
        elf_addr *slot = (elf_addr *)place;
        *slot = plt != 0 ? plt + (place - slots) * (PLT_ENTRY / sizeof(elf_addr))
                         : *slot + object->base;
    }
    dynamic->pltgot[1] = (elf_addr)object->handle;
    dynamic->pltgot[2] =
        follow ? arch_call_trampoline(cpu_features_vector_size()) : (elf_addr)lazy_trampoline;
    return true;
}

/* The final address of a bound function; its IFUNC resolver runs with the caller's vector state
 * kept. */
static elf_addr target_of(const struct binding *binding) {
    elf_addr address = binding_address(binding);
    if (binding->symbol == NULL)
        return 0;
    if (elf_st_type(binding->symbol->st_info) == STT_GNU_IFUNC)
        return arch_call_preserving(address, cpu_features_state_area(), NULL);
    elf_addr hook = relocate_hooked(binding);
    return hook != 0 ? hook : address;
}

/* Of a slot that lazy_prepare saw. */
const elf_reloc *lazy_reloc(const struct object *object, elf_addr argument) {
    const elf_addr index = argument / ARCH_PLT_ARGUMENT_UNIT;
    const elf_reloc *reloc = &object->dynamic.plt_relocs[index];
    struct error error = {0};
    if (argument % ARCH_PLT_ARGUMENT_UNIT == 0 && index < object->dynamic.plt_reloc_count &&
        is_slot(reloc))
        return reloc;
    error_set(&error, 0, debug_name(object), "malformed ELF file: bad PLT entry");
    error_fatal_occasion(&error, "symbol lookup error");
}

elf_addr lazy_resolve(struct object *object, const elf_reloc *reloc, struct bound_call *call) {
    struct binding binding;
    struct error error = {0};
    int outer = scope_read_begin();
    if (!relocate_bind(object, reloc_symbol(reloc), REFERENCE_PLT,
                       LOOKUP_ADD_DEPENDENCY | LOOKUP_GSCOPE_LOCK | LOOKUP_LATE,
                       object->scopes.scopes, &binding, &error))
        error_fatal_occasion(&error, "symbol lookup error");
    /* Before a resolver runs: it may wait for a thread that waits for lookups to end (dlclose). The
     * definer stays, because it was noted as bound. */
    scope_read_end(outer);
    elf_addr target = target_of(&binding);
    return audit_wanted() ? audit_bind_lazily(object, &binding, target, call) : target;
}

elf_addr lazy_bind(void *handle, elf_addr argument) {
    struct object *object = object_of_handle(handle);
    const elf_reloc *reloc = lazy_reloc(object, argument);
    elf_addr target = lazy_resolve(object, reloc, NULL);
    if (!options.bind_not)
        *(elf_addr *)(object->base + reloc->r_offset) = target;
    return target;
}
