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

void audit_change(struct namespace *ns, enum audit_activity activity) {
    struct object *head = ns->first;
    ns->adding = activity == AUDIT_ADDING;
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
            auditors[i].open(object->handle, object->ns->id, link_map_cookie(object, i));
        link_map_set_bind_flags(object, i, flags);
        object->audited |= flags != 0;
    }
}

void audit_added(struct object *object) {
    struct namespace *ns = object->ns;
    link_map_introduce(object);
    if (!ns->adding && !ns->audits)
        audit_change(ns, AUDIT_ADDING);
    ns->adding = true; /* what an auditor brings in only ends with an event */
    if (!ns->first->auditing)
        audit_open(object);
}

void audit_close(struct object *object) {
    if (object->ns->first->auditing)
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
    uint32_t skips; /* struct bound_call's */
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

static void ask_one(struct audited_binding *bound, size_t auditor, unsigned always) {
    if (auditors[auditor].bind == NULL)
        return;
    bound->flags |= always;
    elf_addr value =
        auditors[auditor].bind(&bound->symbol, bound->index, link_map_cookie(bound->from, auditor),
                               link_map_cookie(bound->to, auditor), &bound->flags, bound->name);
    if (value != bound->symbol.st_value) {
        bound->flags |= AUDIT_CHANGED;
        bound->symbol.st_value = value;
    }
}

/* As in glibc, one that is asked makes those before it hear of all calls. */
static elf_addr ask(struct audited_binding *bound, unsigned always) {
    const unsigned all = AUDIT_NO_ENTER | AUDIT_NO_EXIT;
    bound->skips = all;
    for (size_t i = 0; i < auditor_count; ++i) {
        unsigned skips = all;
        if (is_of_interest(bound, i)) {
            ask_one(bound, i, always);
            skips = bound->flags & all;
            bound->skips &= skips;
        }
        bound->skips |= skips << audit_skip_shift(i);
    }
    return bound->symbol.st_value;
}

/* Ourselves in whatever namespace are one object for a binding. */
static struct object *whole(const struct object *object) {
    return (struct object *)(uintptr_t)(object->shared != NULL ? object->shared : object);
}

static elf_addr tell(struct audited_binding *bound, const struct binding *binding, elf_addr value,
                     unsigned always) {
    bound->skips = UINT32_MAX; /* nobody wants to hear of its calls */
    if (binding->symbol == NULL)
        return value;
    bound->to = whole(binding->object);
    bound->symbol = *binding->symbol;
    bound->symbol.st_value = value;
    bound->name = object_string(bound->to, bound->symbol.st_name);
    bound->index = index_of(bound->to, binding->symbol, bound->name);
    return bound->from->audited || bound->to->audited ? ask(bound, always) : value;
}

elf_addr audit_bind_early(struct object *from, const struct binding *binding, elf_addr value) {
    struct audited_binding bound = {.from = from};
    if (!audit_rules.binds_at_relocation)
        return value;
    return tell(&bound, binding, value, AUDIT_NO_ENTER | AUDIT_NO_EXIT);
}

elf_addr audit_bind_dlsym(struct object *from, const struct binding *binding, elf_addr value) {
    struct audited_binding bound = {.from = from, .by_either = true};
    return tell(&bound, binding, value, AUDIT_DLSYM);
}

/* A lazy binding as one argument. */
struct lazy_call {
    struct audited_binding bound;
    const struct binding *binding;
    elf_addr value;
};

static elf_addr tell_lazily(struct lazy_call *call) {
    return tell(&call->bound, call->binding, call->value, 0);
}

elf_addr audit_bind_lazily(struct object *from, const struct binding *binding, elf_addr value,
                           struct bound_call *result) {
    struct lazy_call call = {{.from = from}, binding, value};
    if (from->ns->audits)
        return value;
    value = arch_call_preserving((elf_addr)tell_lazily, cpu_features_state_area(), &call);
    if (result != NULL) {
        result->object = call.bound.to;
        result->index = call.bound.index;
        result->flags = call.bound.flags;
        result->skips = call.bound.skips;
    }
    return value;
}
