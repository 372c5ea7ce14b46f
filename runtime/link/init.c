/* Constructors and destructors: which of an object's functions are called, with what, in which
 * order (gABI "Initialization and Termination Functions"). The order itself is order.c's; whether
 * an object may go away is dl.c's. */
#include "link/init.h"

#include "audit/audit.h"
#include "base/auxv.h"
#include "process/debug.h"
#include "glibc/locks.h"
#include "process/heap.h"
#include "object/order.h"
#include "link/statistics.h"

struct arguments {
    int argc;
    char **argv, **envp;
};

typedef void constructor(int argc, char **argv, char **envp);
typedef void destructor(void);

static void call_all(const elf_addr *functions, size_t count, const struct arguments *with) {
    for (size_t i = 0; i < count; i++)
        ((constructor *)functions[i])(with->argc, with->argv, with->envp);
}

/* Marked as done before it runs, so that a circular dependency does not run it twice. */
static void construct(struct object *object, const struct arguments *with) {
    if (object->init_called)
        return;
    object->init_called = true;
    if (object->kind == OBJECT_PROGRAM)
        return;
    if (debug_wants(DEBUG_IMPCALLS))
        debug_print("\ncalling init: %s\n\n", debug_name(object));
    const struct dynamic *dynamic = &object->dynamic;
    if (dynamic->init != 0)
        ((constructor *)dynamic->init)(with->argc, with->argv, with->envp);
    call_all(dynamic->init_array, dynamic->init_count, with);
}

/* The one new object that asked to come before all others; the last that was loaded wins. */
static struct object *first_of(const struct object *root) {
    for (size_t i = root->search.count; i-- > 0;) {
        struct object *object = root->search.objects[i];
        if (!object->init_called && (object->dynamic.flags_1 & DF_1_INITFIRST) != 0)
            return object;
    }
    return NULL;
}

void init_run_arguments(struct object *root, int argc, char **argv, char **envp) {
    const struct arguments with = {argc, argv, envp};
    struct object *first = first_of(root);
    if (first != NULL)
        construct(first, &with);
    if (root->dynamic.preinit_count != 0) {
        if (debug_wants(DEBUG_IMPCALLS))
            debug_print("\ncalling preinit: %s\n\n", debug_name(root));
        call_all(root->dynamic.preinit_array, root->dynamic.preinit_count, &with);
    }
    /* The array may be replaced while a constructor opens more libraries: nobody frees it, because
     * the root cannot be closed before its dlopen has returned. */
    struct object *const *order = root->init_order;
    size_t count = root->init_order_count;
    for (size_t i = 0; i < count; i++)
        construct(order[i], &with);
}

void init_run(struct object *root) {
    init_run_arguments(root, process.argc, process.argv, process.envp);
}

/* The compiler describes the stack wrongly around a call that may be the last. */
__attribute__((disable_tail_calls)) void init_finish(struct object *object) {
    const struct dynamic *dynamic = &object->dynamic;
    if (debug_wants(DEBUG_IMPCALLS))
        debug_print("\ncalling fini: %s [%ld]\n\n", object->name, object->ns->id);
    for (size_t i = dynamic->fini_count; i-- > 0;)
        ((destructor *)dynamic->fini_array[i])();
    if (dynamic->fini != 0)
        ((destructor *)dynamic->fini)();
}

/* Lists the objects of a namespace in destruction order and keeps them from being unloaded
 * meanwhile. NULL: none, or no memory. */
static struct object **hold_all(struct namespace *ns, size_t *count) {
    struct object **objects = heap_allocate((ns->count + 1) * sizeof *objects);
    size_t n = 0;
    if (objects == NULL)
        return NULL;
    for (struct object *object = ns->first; object != NULL; object = object->next) {
        if (object->shared != NULL)
            continue;
        object->kept = false;
        object->open_count++;
        objects[n++] = object;
    }
    order_sort(objects, n, ns->id == NAMESPACE_BASE, true);
    *count = n;
    return objects;
}

static void end_removal(struct namespace *ns) {
    for (struct object *object = ns->first; object != NULL; object = object->next)
        if (object->shared != NULL && audit_rules.knows_linkers)
            audit_close(object);
    audit_change(ns, AUDIT_CONSISTENT);
}

static void finish_namespace(struct namespace *ns) {
    size_t count = 0;
    load_lock();
    if (audit_wanted())
        audit_change(ns, AUDIT_REMOVING);
    struct object **objects = hold_all(ns, &count);
    load_unlock();
    for (size_t i = 0; i < count; i++) {
        if (objects[i]->init_called) {
            objects[i]->init_called = false; /* never twice */
            init_finish(objects[i]);
            if (audit_wanted())
                audit_close(objects[i]);
        }
        objects[i]->open_count--;
    }
    if (audit_wanted())
        end_removal(ns);
    heap_free(objects);
}

static void finish_namespaces(bool of_auditors) {
    for (long id = namespace_end(); id-- > 0;)
        if (namespace_at(id)->count != 0 && namespace_at(id)->first->auditing == of_auditors)
            finish_namespace(namespace_at(id));
}

/* The base namespace last, but for those of auditors. */
void init_finish_all(void) {
    finish_namespaces(false);
    if (audit_wanted())
        finish_namespaces(true);
    statistics_print_final();
}
