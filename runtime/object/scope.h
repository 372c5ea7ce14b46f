/* A scope is a value: an ordered list of objects to search. A scope list says which scopes, in
 * order, an object's references are looked up in. Readers take no lock: the arrays are replaced,
 * never changed in place below their published count. */
#ifndef WINE_LD_SCOPE_H
#define WINE_LD_SCOPE_H

#include <stdbool.h>
#include <stddef.h>

struct object;
struct scope_index;

struct scope {
    struct object **objects;
    size_t count;
    const struct scope_index
        *index;    /* where to start searching (scope_index.h); NULL: at the front */
    void *handle;  /* glibc's mirror of this scope; owned by glibc/mirror/link_map */
    bool mirrored; /* unchanged since that was filled */
};

struct scope_list {
    struct scope **scopes; /* count entries and a terminating NULL */
    size_t count;
    bool mirrored; /* glibc's mirror is the same; who changes the array in place clears it */
};

/* Appends `scope` to `list`. Old arrays stay valid for readers until `scope_reclaim`. False: no
 * memory. */
bool scope_list_append(struct scope_list *list, struct scope *scope);

/* Whether `list` holds `scope`. */
bool scope_list_holds(const struct scope_list *list, const struct scope *scope);

/* Removes `scope` from `list`, keeping the order of the rest. */
void scope_list_remove(struct scope_list *list, const struct scope *scope);

/* Appends `count` objects to `scope` (RTLD_GLOBAL). False: no memory, nothing changed. */
bool scope_append(struct scope *scope, struct object *const *objects, size_t count);

/* Drops from `scope` every object whose `removed` or `forgotten` flag is set. */
void scope_drop_removed(struct scope *scope);

/* Whether `scope` holds `object`. */
bool scope_holds(const struct scope *scope, const struct object *object);

/* Frees the arrays that were replaced, after every other thread has left the lookup it was in.
 * Caller holds the load lock. */
void scope_reclaim(void);

#endif
