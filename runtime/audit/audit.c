/* Telling auditors what happens. Knows when an auditor is not told: about auditors themselves. Does
 * not know how they were loaded, nor where glibc keeps their cookies (glibc/entry/audit). */
#include "audit/audit.h"

#include "base/cold.h"
#include "glibc/cpu/cpu_features.h"
#include "glibc/mirror/link_map.h"
#include "object/lookup.h"
#include "object/namespace.h"
#include "base/text.h"

struct auditor auditors[AUDITOR_LIMIT] COLD;
size_t auditor_count;

void audit_change(struct namespace *space, enum audit_activity activity) {
    struct object *head = space->first;
    space->adding = activity == AUDIT_ADDING;
    if (head == NULL || head->auditing)
        return;
    for (size_t i = 0; i < auditor_count; ++i)
        if (auditors[i].activity != NULL)
            auditors[i].activity(link_map_cookie(head, i), activity);
}

void audit_open(struct object *object) {
    link_map_introduce(object);
    for (size_t i = 0; i < auditor_count; ++i) {
        if (auditors[i].open == NULL)
            continue;
        unsigned flags =
            auditors[i].open(object->handle, object->space->id, link_map_cookie(object, i));
        link_map_set_bind_flags(object, i, flags);
        object->audited |= flags != 0;
    }
}

void audit_added(struct object *object) {
    struct namespace *space = object->space;
    link_map_introduce(object);
    if (!space->adding && !space->audits)
        audit_change(space, AUDIT_ADDING);
    space->adding = true; /* what an auditor brings in only ends with an event */
    if (!space->first->auditing)
        audit_open(object);
}

void audit_close(struct object *object) {
    if (object->space->first->auditing)
        return;
    for (size_t i = 0; i < auditor_count; ++i)
        if (auditors[i].close != NULL)
            auditors[i].close(link_map_cookie(object, i));
}

void audit_preinit(struct object *program) {
    for (size_t i = 0; i < auditor_count; ++i)
        if (auditors[i].preinit != NULL)
            auditors[i].preinit(link_map_cookie(program, i));
}

/* The path of an auditor is not asked about: no object asks for it. */
const char *audit_search(const char *name, struct object *loader, enum audit_origin origin) {
    bool is_auditor = loader == linker_object && text_find(name, '/') != NULL;
    if (loader == NULL || loader->auditing || (is_auditor && origin == AUDIT_AS_ASKED))
        return name;
    for (size_t i = 0; i < auditor_count && name != NULL; ++i)
        if (auditors[i].search != NULL)
            name = auditors[i].search(name, link_map_cookie(loader, i), origin);
    return name;
}

/* One binding on its way through the auditors. */
struct audited_binding {
    struct object *from, *to;
    const char *name;
    unsigned index; /* of the definition in its object */
    elf_sym symbol; /* the definition, with the address in st_value */
    unsigned flags;
    bool by_either; /* one of the two objects being of interest is enough */
};

static bool is_of_interest(const struct audited_binding *bound, size_t auditor) {
    bool from = (link_map_bind_flags(bound->from, auditor) & AUDIT_BIND_FROM) != 0;
    bool to = (link_map_bind_flags(bound->to, auditor) & AUDIT_BIND_TO) != 0;
    return bound->by_either ? from || to : from && to;
}

/* The definition's index; an entry of our making (glibc/entry/symbol_entry) stands for the symbol
 * of its name. */
static unsigned index_of(const struct object *object, const elf_sym *symbol, const char *name) {
    const struct dynamic *dynamic = &object->dynamic;
    if (symbol < dynamic->symtab || symbol >= dynamic->symtab + dynamic->symbol_limit)
        symbol = lookup_in_object(object, name, NULL);
    return symbol != NULL ? (unsigned)(symbol - dynamic->symtab) : 0;
}

static elf_word ask(struct audited_binding *bound, unsigned always) {
    for (size_t i = 0; i < auditor_count; ++i) {
        if (auditors[i].bind == NULL || !is_of_interest(bound, i))
            continue;
        bound->flags |= always;
        elf_word value =
            auditors[i].bind(&bound->symbol, bound->index, link_map_cookie(bound->from, i),
                             link_map_cookie(bound->to, i), &bound->flags, bound->name);
        if (value != bound->symbol.st_value) {
            bound->flags |= AUDIT_CHANGED;
            bound->symbol.st_value = value;
        }
    }
    return bound->symbol.st_value;
}

/* Ourselves in whatever namespace are one object for a binding. */
static struct object *whole(const struct object *object) {
    return (struct object *)(uintptr_t)(object->shared != NULL ? object->shared : object);
}

static elf_word tell(struct object *from, const struct binding *binding, elf_word value,
                     unsigned always, bool by_either) {
    if (binding->symbol == NULL)
        return value;
    struct audited_binding bound = {
        .from = from,
        .to = whole(binding->object),
        .symbol = *binding->symbol,
        .by_either = by_either,
    };
    bound.symbol.st_value = value;
    if (!from->audited && !bound.to->audited)
        return value;
    bound.name = object_string(bound.to, bound.symbol.st_name);
    bound.index = index_of(bound.to, binding->symbol, bound.name);
    return ask(&bound, always);
}

elf_word audit_bind_early(struct object *from, const struct binding *binding, elf_word value) {
    if (!audit_rules.binds_at_relocation)
        return value;
    return tell(from, binding, value, AUDIT_NO_ENTER | AUDIT_NO_EXIT, false);
}

elf_word audit_bind_dlsym(struct object *from, const struct binding *binding, elf_word value) {
    return tell(from, binding, value, AUDIT_DLSYM, true);
}

/* A lazy binding as one argument. */
struct lazy_call {
    struct object *from;
    const struct binding *binding;
    elf_word value;
};

static elf_word tell_lazily(struct lazy_call *call) {
    return tell(call->from, call->binding, call->value, 0, false);
}

elf_word audit_bind_lazily(struct object *from, const struct binding *binding, elf_word value) {
    struct lazy_call call = {from, binding, value};
    if (from->space->audits)
        return value;
    return arch_call_preserving((elf_word)tell_lazily, cpu_features_state_area(), &call);
}
