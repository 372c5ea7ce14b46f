/* ld.so as a dependency. There is one of us, whatever path and namespace ask: the object in another
 * namespace than the base one has everything from the first, and its own place in the lists. */
#include "audit/audit.h"
#include "glibc/mirror/link_map.h"
#include "link/load.h"

static bool is_listed(const struct object *object) {
    return object->previous != NULL || object->ns->first == object;
}

/* What the lookup and libc read of an object. The parts belong to `whole`. */
static void share(struct object *object, const struct object *whole) {
    object->shared = whole;
    object->base = whole->base;
    object->map_start = whole->map_start;
    object->map_end = whole->map_end;
    object->phdr = whole->phdr;
    object->phdr_count = whole->phdr_count;
    object->stack_flags = PF_R | PF_W;
    object->dynamic = whole->dynamic;
    object->gnu_hash = whole->gnu_hash;
    object->sysv_hash = whole->sysv_hash;
    object->versions = whole->versions;
    object->version_count = whole->version_count;
    object->readonly_dynamic = true; /* its pointers are relocated already */
    object->relocated = object->init_called = object->versions_checked = true;
}

static struct object *create_shared(struct namespace *ns) {
    struct object *object = object_create(ns, linker_object->name, OBJECT_LOADED);
    if (object == NULL)
        return NULL;
    share(object, linker_object);
    if (!object_add_name(object, linker_object->dynamic.soname) || !link_map_create(object)) {
        object_destroy(object);
        return NULL;
    }
    namespace_add(ns, object);
    if (audit_wanted() && audit_rules.knows_linkers)
        audit_added(object);
    return object;
}

struct object *load_linker(struct namespace *ns) {
    if (ns->id != NAMESPACE_BASE) {
        struct object *known = ns->first;
        while (known != NULL && known->shared != linker_object)
            known = known->next;
        return known != NULL ? known : create_shared(ns);
    }
    if (!is_listed(linker_object))
        namespace_add(ns, linker_object);
    return linker_object;
}
