/* The closure of an object under DT_NEEDED, breadth-first: which objects it is, in which order they
 * are searched and constructed. Does not know how one object is loaded. */
#include "heap.h"
#include "load.h"
#include "options.h"
#include "order.h"
#include "search.h"
#include "text.h"

/* The growing breadth-first list. An object in it has `visited` set. */
struct list {
    struct object **objects;
    size_t count, capacity;
};

static bool append(struct list *list, struct object *object) {
    if (object->visited)
        return true;
    if (list->count == list->capacity) {
        size_t capacity = list->capacity != 0 ? 2 * list->capacity : 16;
        struct object **larger = heap_resize(list->objects, capacity * sizeof *larger);
        if (larger == NULL)
            return false;
        list->objects = larger;
        list->capacity = capacity;
    }
    object->visited = true;
    list->objects[list->count++] = object;
    return true;
}

static bool no_memory(const struct object *object, struct error *error) {
    return error_set(error, E_NOMEM, object->name, "cannot allocate dependency buffer");
}

static size_t count_needed(const struct object *object) {
    size_t count = 0;
    for (size_t i = 0; i < object->dynamic.count; ++i)
        count += object->dynamic.table[i].d_tag == DT_NEEDED;
    return count;
}

static bool load_one(struct object *object, elf_word offset, enum object_kind kind,
                     struct error *error) {
    const char *name = object_string(object, offset);
    if (name == NULL)
        return error_set(error, 0, object->name, "malformed ELF file: bad DT_NEEDED");
    char *expanded = NULL;
    if (path_has_token((struct path_part){name, strlen(name)})) {
        if (options.secure)
            return error_set(error, 0, name, "DST not allowed in SUID/SGID programs");
        expanded = search_expand(name, object);
        if (expanded == NULL || expanded[0] == '\0') {
            heap_free(expanded);
            return error_set(error, 0, name, "empty dynamic string token substitution");
        }
    }
    struct object *dependency =
        load_object(object->space, expanded != NULL ? expanded : name, object, kind, 0, error);
    heap_free(expanded);
    if (dependency == NULL)
        return false;
    object->needed[object->needed_count++] = dependency;
    return true;
}

/* Loads the direct dependencies of one object, unless that was done before. */
static bool load_needed(struct object *object, enum object_kind kind, struct error *error) {
    if (object->needed != NULL)
        return true;
    object->needed = heap_allocate((count_needed(object) + 1) * sizeof(struct object *));
    if (object->needed == NULL)
        return no_memory(object, error);
    for (size_t i = 0; i < object->dynamic.count; ++i) {
        const elf_dyn *entry = &object->dynamic.table[i];
        if (entry->d_tag == DT_NEEDED && !load_one(object, entry->d_un.d_val, kind, error)) {
            heap_free(object->needed);
            object->needed = NULL;
            object->needed_count = 0;
            return false;
        }
    }
    return true;
}

static bool collect(struct list *list, enum object_kind kind, struct error *error) {
    for (size_t i = 0; i < list->count; ++i) {
        struct object *object = list->objects[i];
        if (!load_needed(object, kind, error))
            return false;
        for (size_t n = 0; n < object->needed_count; ++n)
            if (!append(list, object->needed[n]))
                return no_memory(object, error);
    }
    return true;
}

/* Sorts a copy of the search order and turns it round: dependencies first. */
static bool set_init_order(struct object *root, struct error *error) {
    size_t count = root->search.count;
    struct object **order = heap_copy(root->search.objects, count * sizeof *order);
    if (order == NULL)
        return no_memory(root, error);
    order_sort(order, count, root != root->space->libc, false);
    for (size_t i = 0; i < count / 2; ++i) {
        struct object *swapped = order[i];
        order[i] = order[count - 1 - i];
        order[count - 1 - i] = swapped;
    }
    root->init_order = order;
    root->init_order_count = count;
    return true;
}

bool load_dependencies(struct object *root, struct object *const *preloads, size_t preload_count,
                       enum object_kind kind, struct error *error) {
    struct list list = {0};
    bool good = append(&list, root);
    for (size_t i = 0; good && i < preload_count; ++i)
        good = append(&list, preloads[i]);
    good = good ? collect(&list, kind, error) : no_memory(root, error);
    for (size_t i = 0; i < list.count; ++i)
        list.objects[i]->visited = false;
    if (!good) {
        heap_free(list.objects);
        return false;
    }
    root->search.objects = list.objects;
    root->search.count = list.count;
    return set_init_order(root, error);
}
