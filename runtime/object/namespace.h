/* A link-map namespace (dlmopen): the objects in it, its global scope, its unique symbols. */
#ifndef WINE_LD_NAMESPACE_H
#define WINE_LD_NAMESPACE_H

#include <stdbool.h>
#include <stddef.h>

#include "object/scope.h"
#include "object/unique.h"

enum { NAMESPACE_COUNT = 16, NAMESPACE_BASE = 0 };

struct object;

struct namespace {
    long id;
    struct object *first, *last;
    size_t count;
    struct scope *main_scope; /* the search scope of its first object: the global scope */
    struct object *libc;      /* the object that is libc.so.6 here, when loaded */
    struct unique_table unique;
    bool audits; /* it is an auditor's */
    bool adding; /* auditors were told that objects are being added */
};

/* The namespace with number `id`, 0 <= id < NAMESPACE_COUNT. */
struct namespace *namespace_at(long id);

/* The namespaces from this number on were always empty. To look at them takes a page of memory. */
long namespace_end(void);

/* A namespace without objects, NULL: all are taken. */
struct namespace *namespace_unused(void);

/* Adds `object` at the end / takes it out of its namespace's list. Caller holds the load lock or is
 * the only thread. */
void namespace_add(struct namespace *ns, struct object *object);
void namespace_remove(struct object *object);

/* Moves `object` in its namespace's list to just before `place`. Caller as above. */
void namespace_move_before(struct object *object, struct object *place);

/* Ourselves: in the base namespace's list only once something needs us. */
extern struct object *linker_object;

/* How many objects were ever added, over all namespaces (dl_iterate_phdr's dlpi_adds). */
extern unsigned long long namespace_adds;

/* The object one of whose segments holds `address`, or NULL. */
struct object *namespace_object_at(const void *address);

#endif
