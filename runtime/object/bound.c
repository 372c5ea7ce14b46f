/* Dependencies that come from binding a symbol (glibc: l_reldeps). */
#include "object/bound.h"

#include "process/debug.h"
#include "glibc/gscope.h"
#include "glibc/locks.h"
#include "process/heap.h"
#include "object/namespace.h"
#include "object/scope.h"

static bool holds(struct object *const *list, size_t count, const struct object *object) {
    for (size_t i = 0; i < count; ++i)
        if (list[i] == object)
            return true;
    return false;
}

static bool still_loaded(const struct namespace *ns, const struct object *wanted,
                         unsigned long long serial) {
    for (const struct object *object = ns->first; object != NULL; object = object->next)
        if (object == wanted)
            return object->serial == serial && !object->removed;
    return false;
}

/* Where `from` never goes, no list is needed to keep the definer either. */
static void record(struct object *from, struct object *definer) {
    if (from->kind != OBJECT_LOADED) {
        if (debug_wants(DEBUG_BINDINGS)) {
            bool program = from->name[0] == '\0';
            debug_print("marking %s [%ld] as NODELETE due to reference from %s\n", definer->name,
                        definer->ns->id, program ? "main program" : from->name);
        }
        definer->nodelete = true;
        return;
    }
    if (from->bound_count == from->bound_capacity) {
        size_t capacity = from->bound_capacity != 0 ? 2 * from->bound_capacity : 4;
        struct object **larger = heap_resize(from->bound, capacity * sizeof *larger);
        if (larger == NULL) {
            definer->nodelete = true;
            return;
        }
        from->bound = larger;
        from->bound_capacity = capacity;
    }
    from->bound[from->bound_count++] = definer;
}

bool bound_add(struct object *from, struct object *definer, bool reading) {
    if (from == definer || definer->nodelete || from == NULL ||
        holds(from->needed, from->needed_count, definer) ||
        holds(from->init_order, from->init_order_count, definer))
        return true;
    struct namespace *ns = definer->ns;
    unsigned long long serial = definer->serial;
    if (reading)
        scope_read_end(0);
    load_lock();
    bool present = still_loaded(ns, definer, serial);
    /* What goes cannot be kept; a destructor may still call it. */
    if (present && !definer->going && !holds(from->bound, from->bound_count, definer))
        record(from, definer);
    load_unlock();
    if (reading)
        (void)scope_read_begin();
    return present;
}
