/* The one place where an object's life begins and ends. */
#ifndef WINE_LD_LOAD_H
#define WINE_LD_LOAD_H

#include "object/namespace.h"
#include "object/object.h"

/* A new object, linked into no namespace. `name` is copied. NULL: no memory. */
struct object *object_create(struct namespace *ns, const char *name, enum object_kind kind);
/* Unmaps, unlinks and frees it. */
void object_destroy(struct object *object);
/* Adds `name` to the names the object answers to. False: no memory. */
bool object_add_name(struct object *object, const char *name);
/* Gives the object its scopes: the global scope of its namespace, then that of the object at the
 * head of its loader chain, its own first if it is DF_SYMBOLIC. False: no memory. */
bool object_set_scopes(struct object *object);

/* How load_object goes about it. */
enum {
    LOAD_KNOWN_ONLY = 1, /* RTLD_NOLOAD: NULL without an error (message NULL) when not loaded yet */
    LOAD_PRELOAD = 2,    /* in a secure process only set-user-ID files from trusted folders count */
};

/* Ourselves in a namespace, put into its list when we were not in it. NULL: no memory. */
struct object *load_linker(struct namespace *ns);

/* The object that answers to `name` in the namespace, loading the file if none does yet. `loader`
 * is the object that asks. The object is mapped, decoded and in the namespace list; its
 * dependencies are not loaded. */
struct object *load_object(struct namespace *ns, const char *name, struct object *loader,
                           enum object_kind kind, unsigned how, struct error *error);

/* Loads the dependencies of `root`, and of `preloads` before them, breadth-first, and gives `root`
 * its search scope and init order; every object met gets its list of direct dependencies. On
 * failure the new objects are still in the namespace: the caller removes them. */
bool load_dependencies(struct object *root, struct object *const *preloads, size_t preload_count,
                       enum object_kind kind, struct error *error);

/* Checks that the versions each of `objects` needs are defined. Returns false at the first failure
 * with `error` filled, unless `report` is not NULL: then it is called for every failure and at the
 * end false means that there was one. */
bool load_check_versions(struct object *const *objects, size_t count,
                         void (*report)(const struct error *error), struct error *error);

#endif
