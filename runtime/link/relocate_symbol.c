/* From a symbol-table index to a definition: names, versions, and which references stay inside
 * their object. */
#include "link/relocate.h"

#include "glibc/rules.h"
#include "object/lookup.h"
#include "object/namespace.h"
#include "space/space.h"

elf_addr relocate_ifunc(elf_addr resolver) {
    return ((elf_addr(*)(void))resolver)();
}

/* As in glibc, a call bound late stays inside for any visibility, and only for that. */
static bool binds_locally(const elf_sym *symbol, unsigned flags) {
    unsigned visibility = elf_st_visibility(symbol->st_other);
    if ((flags & LOOKUP_LATE) != 0)
        return visibility != STV_DEFAULT;
    return elf_st_bind(symbol->st_info) == STB_LOCAL || visibility == STV_HIDDEN ||
           visibility == STV_INTERNAL;
}

/* The version that a symbol of `object` refers to; false: none. */
static bool version_of(const struct object *object, size_t symbol, struct wanted_version *wanted) {
    if (object->dynamic.versym == NULL)
        return false;
    size_t index = object->dynamic.versym[symbol] & ~VERSYM_HIDDEN;
    if (index >= object->version_count || object->versions[index].hash == 0)
        return false;
    const struct version *version = &object->versions[index];
    *wanted = (struct wanted_version){version->name, version->hash, version->hidden, version->file};
    return true;
}

bool relocate_bind(struct object *object, size_t symbol, enum reference_class class,
                   enum lookup_flags flags, struct scope *const *scopes, struct binding *binding,
                   struct error *error) {
    if (symbol >= object->dynamic.symbol_limit)
        return error_set(error, 0, object->name, "malformed ELF file: bad symbol index");
    const elf_sym *own = &object->dynamic.symtab[symbol];
    if (binds_locally(own, flags)) {
        *binding = (struct binding){.object = object, .symbol = own};
        return true;
    }
    struct wanted_version version;
    const char *name = object_string(object, own->st_name);
    if (name == NULL)
        return error_set(error, 0, object->name, "malformed ELF file: bad symbol name");
    struct reference reference = {
        .name = symbol_name_of(name),
        .version = version_of(object, symbol, &version) ? &version : NULL,
        .class = class,
        .flags = flags,
        .symbol = own,
        .from = object,
    };
    bool bound = lookup(&reference, scopes, binding, error);
    if (bound && binding->symbol != NULL && glibc_warn_protected != NULL &&
        elf_st_visibility(binding->symbol->st_other) == STV_PROTECTED)
        glibc_warn_protected(object, name, class, own, binding);
    return bound;
}

elf_addr relocate_hooked(const struct binding *binding) {
    if (!space_may_hook(binding->gnu_hash) || binding->object != binding->object->ns->libc)
        return 0;
    const char *name = object_string(binding->object, binding->symbol->st_name);
    return name != NULL ? space_hook(name) : 0;
}
