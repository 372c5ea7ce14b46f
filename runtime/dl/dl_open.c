/* dlopen: loads an object and what it needs, binds it, and makes it known step by step, so that it
 * can be undone up to the last step before constructors run (glibc: dl_open_worker). */
#include "audit/audit.h"
#include "process/debug.h"
#include "dl/dl.h"
#include "glibc/mirror/find_object.h"
#include "glibc/mirror/libc.h"
#include "glibc/mirror/link_map.h"
#include "glibc/mirror/stack.h"
#include "glibc/locks.h"
#include "process/heap.h"
#include "link/init.h"
#include "start/initial.h"
#include "link/load.h"
#include "link/relocate.h"
#include "search/search.h"
#include "space/space.h"
#include "base/system.h"
#include "base/text.h"
#include "object/tls.h"

/* The objects of `root`'s scope that this dlopen brought in are those that were not relocated
 * before it began. */
static bool is_new(const struct object *object) {
    return !object->relocated;
}

static void report_open(const struct object *root) {
    if (debug_wants(DEBUG_FILES))
        debug_print("opening file=%s [%ld]; direct_opencount=%u\n\n", root->name, root->ns->id,
                    root->open_count);
}

/* Adds to the namespace's global scope what of `root`'s scope is not there yet. */
static bool make_global(struct object *root, struct error *error) {
    const struct scope *from = &root->search;
    struct scope *global = root->ns->main_scope;
    struct object **added = heap_allocate((from->count + 1) * sizeof(struct object *));
    size_t count = 0;
    for (size_t i = 0; added != NULL && i < from->count; i++)
        if (!from->objects[i]->global)
            added[count++] = from->objects[i];
    bool good = added != NULL && (count == 0 || scope_append(global, added, count));
    for (size_t i = 0; good && i < count; i++) {
        added[i]->global = true;
        if (debug_wants(DEBUG_SCOPES))
            debug_print("\nadd %s [%ld] to global scope\n", added[i]->name, root->ns->id);
    }
    heap_free(added);
    return good || error_set(error, E_NOMEM, root->name, "cannot extend global scope");
}

/* A second dlopen of the same object only changes flags. */
static bool open_again(struct object *root, int mode, struct error *error) {
    report_open(root);
    root->nodelete |= (mode & DL_NODELETE) != 0;
    return (mode & DL_GLOBAL) == 0 || root->global || make_global(root, error);
}

/* RTLD_DEEPBIND: the library's own scope before the global one, and no DT_SYMBOLIC. Nobody searches
 * the new objects' scopes yet, so they change in place. */
static void bind_deep(struct object *object) {
    struct scope_list *scopes = &object->scopes;
    scope_list_remove(scopes, &object->symbolic);
    if (scopes->count == 2 && scopes->scopes[0] == object->ns->main_scope) {
        scopes->scopes[0] = scopes->scopes[1];
        scopes->scopes[1] = object->ns->main_scope;
        scopes->mirrored = false;
    }
}

static void note_libc(struct object *object) {
    if (object->dynamic.soname != NULL && text_equal(object->dynamic.soname, "libc.so.6"))
        object->ns->libc = object;
}

/* A further C library has its own mmap: our allocator takes its place as in the first one. */
static bool patch(struct object *object, struct error *error) {
    const char *soname = object->dynamic.soname;
    if (object == object->ns->libc && !glibc_fits(object, error))
        return false;
    if (soname != NULL)
        space_patch_library(soname, object->ns->id == NAMESPACE_BASE, initial_symbol, object);
    return true;
}

/* What each new object needs before its references can be bound: a TLS module, a stack that it can
 * run on, the order of its scopes. */
static bool prepare(struct object *object, int mode, struct error *error) {
    if (!object_is_sound(object, error))
        return false;
    if (object->tls.block_size != 0 && object->tls.module == 0 && !tls_assign_module(object))
        return error_set(error, E_NOMEM, "dlopen", "cannot create TLS data structures");
    if ((object->stack_flags & PF_X) != 0 && !stack_make_executable(object, error))
        return false;
    if ((mode & DL_DEEPBIND) != 0)
        bind_deep(object);
    note_libc(object);
    return patch(object, error);
}

/* The first in its list of what came with `root`: filtees lie before their filter. */
static struct object *first_added(struct object *root) {
    struct object *first = root;
    while (first->previous != NULL && is_new(first->previous))
        first = first->previous;
    return first;
}

static bool load_closure(struct object *root, int mode, struct error *error) {
    struct namespace *ns = root->ns;
    link_map_update(root); /* the root is in the list already: a debugger reads its name */
    debug_state(ns, DEBUG_ADDING);
    bool good = load_dependencies(root, NULL, 0, OBJECT_LOADED, error) &&
                load_check_versions(root->search.objects, root->search.count, NULL, error);
    for (size_t i = 0; good && i < root->search.count; i++)
        if (is_new(root->search.objects[i]))
            good = prepare(root->search.objects[i], mode, error);
    load_write_lock();
    link_map_update_added(first_added(root));
    load_write_unlock();
    if (good && audit_wanted() && !audit_rules.consistent_when_bound)
        audit_change(ns, AUDIT_CONSISTENT);
    debug_state(ns, DEBUG_CONSISTENT);
    return good;
}

/* Dependencies first, so that IFUNC resolvers and copied data find them ready. */
static bool relocate_new(struct object *root, bool lazy, struct error *error) {
    for (size_t i = 0; i < root->init_order_count; i++) {
        struct object *object = root->init_order[i];
        if (is_new(object) && !relocate_object(object, object->scopes.scopes, lazy, error))
            return false;
    }
    return true;
}

/* Objects that other dlopens brought in earlier may bind to this one's symbols from now on. */
static bool extend_scopes(struct object *root, struct error *error) {
    for (size_t i = 0; i < root->search.count; i++) {
        struct object *object = root->search.objects[i];
        bool extend = object->kind == OBJECT_LOADED && object->init_called &&
                      !scope_list_holds(&object->scopes, &root->search);
        if (extend && !scope_list_append(&object->scopes, &root->search))
            return error_set(error, E_NOMEM, "dlopen", "cannot create scope list");
        if (debug_wants(DEBUG_SCOPES))
            debug_show_scopes(object, extend ? object->scopes.count - 1 : 0);
    }
    return true;
}

/* Makes the new objects visible to threads, unwinders and libc. */
static bool publish(struct object *root, bool first_libc, struct error *error) {
    struct namespace *ns = root->ns;
    if (!extend_scopes(root, error))
        return false;
    if (!find_object_add(root->search.objects, root->search.count))
        return error_set(error, E_NOMEM, root->name, "cannot allocate address lookup data");
    tls_lock();
    tls_publish(root->search.objects, root->search.count);
    tls_unlock();
    load_write_lock();
    link_map_update_namespace(ns);
    load_write_unlock();
    if (first_libc && ns->libc != NULL) {
        glibc_bind_further_libc();
        glibc_early_init(ns->libc, false);
    }
    return true;
}

/* Where that is when all is bound, tells auditors that it is over. */
static void end_adding(struct namespace *ns) {
    if (audit_wanted() && audit_rules.consistent_when_bound && ns->adding)
        audit_change(ns, AUDIT_CONSISTENT);
}

static bool open_first(struct object *root, const struct dl_request *request, struct error *error) {
    struct namespace *ns = root->ns;
    bool first_libc = ns->libc == NULL;
    bool lazy = (request->mode & DL_LAZY) != 0 && !options.bind_now;
    if (ns->main_scope == NULL)
        ns->main_scope = &root->search;
    if (!load_closure(root, request->mode, error))
        return false;
    if (debug_wants(DEBUG_SCOPES))
        debug_show_scopes(root, 0);
    if (!relocate_new(root, lazy, error) || !publish(root, first_libc, error))
        return false;
    end_adding(ns);
    root->nodelete |= (request->mode & DL_NODELETE) != 0;
    init_run_arguments(root, request->argc, request->argv, request->envp);
    bool good = (request->mode & DL_GLOBAL) == 0 || make_global(root, error);
    report_open(root);
    return good;
}

static struct object *find(const struct dl_request *request, struct error *error) {
    struct namespace *ns = request->ns;
    if (request->name[0] == '\0' && ns->id == NAMESPACE_BASE)
        return ns->first;
    unsigned how = ((request->mode & DL_NOLOAD) != 0 ? LOAD_KNOWN_ONLY : 0) |
                   (request->for_audit ? LOAD_PRELOAD : 0);
    return load_object(ns, request->name, request->caller, OBJECT_LOADED, how, error);
}

struct object *dl_open(const struct dl_request *request, struct error *error) {
    struct object *root = find(request, error);
    if (root == NULL) {
        search_forget_cache();
        return NULL;
    }
    root->open_count++;
    bool good = root->search.objects != NULL ? open_again(root, request->mode, error)
                                             : open_first(root, request, error);
    search_forget_cache();
    if (good) {
        link_map_update(root);
        scope_reclaim();
        return root;
    }
    root->open_count--;
    end_adding(request->ns);
    dl_collect(request->ns, root, true);
    return NULL;
}
