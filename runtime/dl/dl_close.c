/* dlclose: what nothing needs any more is destructed, taken out of every scope, and unmapped
 * (glibc: _dl_close_worker). What is needed: what was there at start, has a handle, asked to stay,
 * or is reached from such by DT_NEEDED or by a binding. */
#include "audit/audit.h"
#include "process/debug.h"
#include "dl/dl.h"
#include "glibc/gscope.h"
#include "glibc/mirror/find_object.h"
#include "glibc/mirror/link_map.h"
#include "glibc/rules.h"
#include "glibc/locks.h"
#include "process/heap.h"
#include "link/init.h"
#include "link/load.h"
#include "object/order.h"
#include "object/tls.h"

/* The objects of the namespace being cleaned, in destruction order. */
struct sweep {
    struct namespace *ns;
    struct object **objects;
    size_t count;
    struct object *closed; /* whose closing this is; NULL when it may be gone already */
    bool failed;
};

static void keep(struct object *object);

static void keep_all(struct object *const *objects, size_t count) {
    for (size_t i = 0; i < count; i++)
        keep(objects[i]);
}

static void keep(struct object *object) {
    if (object->kept)
        return;
    object->kept = true;
    if (object->init_order_count != 0)
        keep_all(object->init_order, object->init_order_count);
    else
        keep_all(object->needed, object->needed_count);
    keep_all(object->bound, object->bound_count);
}

static bool is_root(const struct object *object, bool failed) {
    bool half_done = failed && !object->init_called;
    return object->kind != OBJECT_LOADED || object->open_count != 0 ||
           (object->nodelete && !half_done) || link_map_thread_destructors(object) != 0;
}

static bool begin(struct sweep *sweep) {
    struct namespace *ns = sweep->ns;
    sweep->count = 0;
    sweep->objects = heap_allocate((ns->count + 1) * sizeof(struct object *));
    if (sweep->objects == NULL)
        return false;
    for (struct object *object = ns->first; object != NULL; object = object->next) {
        object->kept = false;
        sweep->objects[sweep->count++] = object;
    }
    for (size_t i = 0; i < sweep->count; i++)
        if (is_root(sweep->objects[i], sweep->failed))
            keep(sweep->objects[i]);
    bool first_fixed = glibc_place_closed == NULL
                           ? ns->id == NAMESPACE_BASE
                           : glibc_place_closed(sweep->objects, sweep->count, sweep->closed);
    order_sort(sweep->objects, sweep->count, first_fixed, true);
    return true;
}

/* Leaves in `objects` only those that go, in the same order. */
static void select_going(struct sweep *sweep) {
    size_t going = 0;
    for (size_t i = 0; i < sweep->count; i++) {
        struct object *object = sweep->objects[i];
        if (!object->kept) {
            object->going = true;
            sweep->objects[going++] = object;
        }
    }
    sweep->count = going;
}

static void destruct(const struct sweep *sweep) {
    for (size_t i = 0; i < sweep->count; i++) {
        struct object *object = sweep->objects[i];
        if (object->init_called && object->shared == NULL && !object->forgotten) {
            object->init_called = false;
            init_finish(object);
        }
        if (audit_wanted() && !object->forgotten)
            audit_close(object);
        object->removed = true;
    }
}

/* An object that stays, but was found through the scope of one that goes, gets a scope of its own.
 */
static void detach(struct object *object, const struct object *going) {
    struct error error = {0};
    if (object->loader == going)
        object->loader = NULL;
    if (!scope_list_holds(&object->scopes, &going->search))
        return;
    scope_list_remove(&object->scopes, &going->search);
    if (object->search.objects == NULL && load_dependencies(object, NULL, 0, OBJECT_LOADED, &error))
        (void)scope_list_append(&object->scopes, &object->search);
    error_clear(&error);
}

static void leave_scopes(struct sweep *sweep) {
    struct namespace *ns = sweep->ns;
    for (size_t i = 0; i < sweep->count; i++)
        for (struct object *object = ns->first; object != NULL; object = object->next)
            if (!object->removed)
                detach(object, sweep->objects[i]);
    scope_drop_removed(ns->main_scope);
    glibc_wait_lookups();
    scope_reclaim();
}

/* A destructor that opens one of those that go gets it as it is, as in glibc, and so does what it
 * loads. glibc unmaps it all the same; here it stays for them alone, and nobody finds it any more.
 */
static void keep_reopened(struct sweep *sweep) {
    const size_t count = sweep->count;
    for (struct object *object = sweep->ns->first; object != NULL; object = object->next)
        object->kept = false;
    for (struct object *object = sweep->ns->first; object != NULL; object = object->next)
        if (!object->removed || object->open_count != 0)
            keep(object);
    sweep->count = 0;
    for (size_t i = 0; i < count; i++) {
        struct object *object = sweep->objects[i];
        if (object->kept) {
            object->forgotten = true;
            object->removed = object->going = false;
        } else {
            sweep->objects[sweep->count++] = object;
        }
    }
}

static void forget_bindings(const struct sweep *sweep) {
    for (size_t i = 0; sweep->failed && i < sweep->count; i++)
        unique_forget(&sweep->ns->unique, sweep->objects[i]);
}

/* Under the locks that thread creation and dl_iterate_phdr take. */
static void unload(struct sweep *sweep) {
    struct namespace *ns = sweep->ns;
    tls_lock();
    load_write_lock();
    tls_withdraw(sweep->objects, sweep->count);
    for (size_t i = 0; i < sweep->count; i++) {
        struct object *object = sweep->objects[i];
        if (debug_wants(DEBUG_FILES))
            debug_print("\nfile=%s [%ld];  destroying link map\n", object->name, ns->id);
        find_object_remove(object);
        if (ns->main_scope == &object->search)
            ns->main_scope = NULL;
        object_destroy(object);
    }
    if (ns->main_scope == NULL && ns->first != NULL)
        ns->main_scope = &ns->first->search;
    link_map_update_namespace(ns);
    load_write_unlock();
    tls_unlock();
}

static void tell_removal(const struct sweep *sweep, bool now) {
    if (audit_wanted() && now && sweep->count != 0)
        audit_change(sweep->ns, AUDIT_REMOVING);
}

static void sweep_once(struct namespace *ns, struct object *closed, bool failed) {
    struct sweep sweep = {.ns = ns, .closed = closed, .failed = failed};
    if (!begin(&sweep))
        return; /* no memory: everything stays */
    select_going(&sweep);
    tell_removal(&sweep, audit_rules.removal_first);
    destruct(&sweep);
    if (sweep.count != 0) {
        tell_removal(&sweep, !audit_rules.removal_first);
        debug_state(ns, DEBUG_REMOVING);
        keep_reopened(&sweep);
        leave_scopes(&sweep);
        forget_bindings(&sweep);
        unload(&sweep);
        if (audit_wanted())
            audit_change(ns, AUDIT_CONSISTENT);
        debug_state(ns, DEBUG_CONSISTENT);
    }
    heap_free(sweep.objects);
}

void dl_collect(struct namespace *ns, struct object *closed, bool failed) {
    static bool running, any_failed;
    static uint32_t pending; /* a bit for each namespace to look at */
    pending |= UINT32_C(1) << ns->id;
    any_failed |= failed;
    if (running)
        return;
    running = true;
    while (pending != 0) {
        long id = __builtin_ctz(pending);
        pending &= pending - 1;
        sweep_once(namespace_at(id), closed, any_failed);
        closed = NULL;
    }
    running = any_failed = false;
}

bool dl_close(struct object *object, struct error *error) {
    if (object->nodelete)
        return true;
    if (object->open_count == 0)
        return error_set(error, 0, object->name, "shared object not open");
    object->open_count--;
    if (object->open_count == 0 && object->kind == OBJECT_LOADED) {
        dl_collect(object->ns, object, false);
        return true;
    }
    if (debug_wants(DEBUG_FILES))
        debug_print("\nclosing file=%s; direct_opencount=%u\n", object->name, object->open_count);
    return true;
}
