/* What ld.so binds for itself once all is relocated, as glibc's does it and tells auditors: the
 * program's malloc, and those of its own functions that libc has too. We use neither: what an
 * auditor answers has no effect. */
#include "audit/audit.h"
#include "object/lookup.h"
#include "object/namespace.h"
#include "link/relocate.h"

/* The version that `name` has in libc. */
static bool version_in(const struct object *libc, const char *name, struct wanted_version *wanted) {
    const elf_sym *symbol = lookup_in_object(libc, name, NULL);
    if (symbol == NULL || libc->dynamic.versym == NULL)
        return false;
    size_t index = libc->dynamic.versym[symbol - libc->dynamic.symtab] & ~VERSYM_HIDDEN;
    if (index >= libc->version_count || libc->versions[index].name == NULL)
        return false;
    const struct version *version = &libc->versions[index];
    *wanted = (struct wanted_version){.name = version->name, .hash = version->hash};
    return true;
}

static bool find(struct object *program, struct object *from, const char *name,
                 enum reference_class class, struct binding *binding) {
    struct wanted_version version;
    struct error error = {0};
    const struct reference reference = {
        .name = symbol_name_of(name),
        .version = version_in(program->ns->libc, name, &version) ? &version : NULL,
        .class = class,
        .from = from,
    };
    bool found = lookup(&reference, program->scopes.scopes, binding, &error);
    error_clear(&error);
    return found && binding->symbol != NULL;
}

static elf_addr value_of(const struct binding *binding) {
    elf_addr address = binding_address(binding);
    return elf_st_type(binding->symbol->st_info) == STT_GNU_IFUNC ? relocate_ifunc(address)
                                                                  : address;
}

void audit_linker_bound(struct object *program) {
    static const char *const allocation[] = {"calloc", "free", "malloc", "realloc"};
    static const char *const own[] = {"_dl_catch_exception", "_dl_signal_exception",
                                      "_dl_signal_error", "_dl_catch_error"};
    struct binding binding;
    if (!audit_rules.binds_linker || program->ns->libc == NULL ||
        !scope_holds(&program->search, linker_object))
        return;
    for (size_t i = 0; i < sizeof allocation / sizeof allocation[0]; ++i)
        if (find(program, program, allocation[i], 0, &binding))
            audit_bind_dlsym(program, &binding, value_of(&binding));
    for (size_t i = 0; i < sizeof own / sizeof own[0]; ++i)
        if (find(program, linker_object, own[i], REFERENCE_PLT, &binding) &&
            binding.object != linker_object)
            audit_bind_early(linker_object, &binding, value_of(&binding));
}
