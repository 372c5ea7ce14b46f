/* Scopes: arrays that readers walk without a lock. Every change makes a new array and publishes it
 * with one store; the old one waits in a list until no lookup can be reading it. Knows nothing of
 * symbols. */
#include "object/scope.h"

#include "glibc/gscope.h"
#include "process/heap.h"
#include "object/object.h"
#include "base/text.h"

/* An array that was replaced. */
struct retired {
    struct retired *next;
    void *array;
};
static struct retired *retired;

/* The node is allocated before the change, so that a change never fails half-way. */
static void retire(struct retired *node, void *array) {
    node->array = array;
    node->next = retired;
    retired = node;
}

void scope_reclaim(void) {
    if (retired == NULL)
        return;
    glibc_wait_lookups();
    while (retired != NULL) {
        struct retired *node = retired;
        retired = node->next;
        heap_free(node->array);
        heap_free(node);
    }
}

/* Takes over `scopes`. False: no memory, nothing changed. */
static bool replace_list(struct scope_list *list, struct scope **scopes, size_t count) {
    struct scope **old = list->scopes;
    struct retired *node = old != NULL ? heap_allocate(sizeof *node) : NULL;
    if (old != NULL && node == NULL) {
        heap_free(scopes);
        return false;
    }
    __atomic_store_n(&list->scopes, scopes, __ATOMIC_RELEASE);
    list->count = count;
    list->mirrored = false;
    if (old != NULL)
        retire(node, old);
    return true;
}

bool scope_list_append(struct scope_list *list, struct scope *scope) {
    struct scope **scopes = heap_allocate((list->count + 2) * sizeof(struct scope *));
    if (scopes == NULL)
        return false;
    if (list->count != 0)
        memcpy(scopes, list->scopes, list->count * sizeof(struct scope *));
    scopes[list->count] = scope;
    return replace_list(list, scopes, list->count + 1);
}

bool scope_list_holds(const struct scope_list *list, const struct scope *scope) {
    for (size_t i = 0; i < list->count; i++)
        if (list->scopes[i] == scope)
            return true;
    return false;
}

static size_t copy_without(struct scope **to, const struct scope_list *list,
                           const struct scope *scope) {
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        if (list->scopes[i] != scope)
            to[count++] = list->scopes[i];
    to[count] = NULL;
    return count;
}

/* Without memory the list is shortened in place: a lookup under way may then miss a scope, but
 * reads nothing that is not there. */
void scope_list_remove(struct scope_list *list, const struct scope *scope) {
    if (!scope_list_holds(list, scope))
        return;
    list->mirrored = false;
    struct scope **scopes = heap_allocate((list->count + 1) * sizeof(struct scope *));
    if (scopes == NULL || !replace_list(list, scopes, copy_without(scopes, list, scope)))
        list->count = copy_without(list->scopes, list, scope);
}

/* A reader takes the count first and the array after it: the array is published before a larger
 * count, and is never shorter than the count that was valid before (see scope_drop_removed). */
bool scope_append(struct scope *scope, struct object *const *objects, size_t count) {
    struct retired *node = heap_allocate(sizeof *node);
    struct object **array = heap_allocate((scope->count + count + 1) * sizeof(struct object *));
    if (node == NULL || array == NULL) {
        heap_free(node);
        heap_free(array);
        return false;
    }
    memcpy(array, scope->objects, scope->count * sizeof(struct object *));
    memcpy(array + scope->count, objects, count * sizeof(struct object *));
    struct object **old = scope->objects;
    __atomic_store_n(&scope->objects, array, __ATOMIC_RELEASE);
    __atomic_store_n(&scope->count, scope->count + count, __ATOMIC_RELEASE);
    scope->mirrored = false;
    retire(node, old);
    return true;
}

static bool is_gone(const struct object *object) {
    return object->removed || object->forgotten;
}

/* The new array is as long as the old one, its tail repeating the first object, for readers that
 * still have the old count. Without memory the same happens in place. */
void scope_drop_removed(struct scope *scope) {
    size_t kept = 0;
    for (size_t i = 0; i < scope->count; i++)
        kept += !is_gone(scope->objects[i]);
    if (kept == scope->count)
        return;
    struct retired *node = heap_allocate(sizeof *node);
    struct object **array =
        node != NULL ? heap_allocate((scope->count + 1) * sizeof(struct object *)) : NULL;
    struct object **old = scope->objects;
    struct object **to = array != NULL ? array : old;
    kept = 0;
    for (size_t i = 0; i < scope->count; i++)
        if (!is_gone(old[i]))
            to[kept++] = old[i];
    for (size_t i = kept; i < scope->count && kept != 0; i++)
        to[i] = to[0];
    __atomic_store_n(&scope->objects, to, __ATOMIC_RELEASE);
    __atomic_store_n(&scope->count, kept, __ATOMIC_RELEASE);
    scope->mirrored = false;
    if (array != NULL)
        retire(node, old);
    else
        heap_free(node);
}

bool scope_holds(const struct scope *scope, const struct object *object) {
    for (size_t i = 0; i < scope->count; i++)
        if (scope->objects[i] == object)
            return true;
    return false;
}
