/* The closure of an object under DT_NEEDED, breadth-first: which objects it is, in which order they
 * are searched and constructed. Filtees (DT_FILTER, DT_AUXILIARY) come before their filter, so that
 * their definitions count. Does not know how one object is loaded. */
#include "process/debug.h"
#include "process/heap.h"
#include "link/load.h"
#include "object/namespace.h"
#include "process/options.h"
#include "object/order.h"
#include "search/search.h"
#include "base/text.h"

/* The growing breadth-first list. An object in it has `visited` set, and `expanded` once its
 * dependencies are in it too. */
struct list {
    struct object **objects;
    size_t count, capacity;
};

static bool insert(struct list *list, size_t place, struct object *object) {
    if (list->count == list->capacity) {
        size_t capacity = list->capacity != 0 ? 2 * list->capacity : 16;
        struct object **larger = heap_resize(list->objects, capacity * sizeof *larger);
        if (larger == NULL)
            return false;
        list->objects = larger;
        list->capacity = capacity;
    }
    memmove(list->objects + place + 1, list->objects + place,
            (list->count - place) * sizeof *list->objects);
    object->visited = true;
    list->objects[place] = object;
    list->count++;
    return true;
}

static bool append(struct list *list, struct object *object) {
    return object->visited || insert(list, list->count, object);
}

/* Puts a filtee before its filter at `*place`, unless it is before it already. `*place` stays the
 * filter's. */
static bool put_before(struct list *list, size_t *place, struct object *filtee) {
    struct object *filter = list->objects[*place];
    size_t at = *place;
    while (filtee->visited && at < list->count && list->objects[at] != filtee)
        ++at;
    if (filtee->visited && (at == list->count || filtee == filter))
        return true;
    if (filtee->visited)
        memmove(list->objects + at, list->objects + at + 1,
                (--list->count - at) * sizeof *list->objects);
    namespace_move_before(filtee, filter);
    return insert(list, (*place)++, filtee);
}

static bool no_memory(const struct object *object, struct error *error) {
    return error_set(error, E_NOMEM, object->name, "cannot allocate dependency buffer");
}

static bool is_filtee_tag(elf_saddr tag) {
    return tag == DT_FILTER || tag == DT_AUXILIARY;
}

static size_t count_needed(const struct object *object) {
    size_t count = 0;
    for (size_t i = 0; i < object->dynamic.count; ++i)
        count += object->dynamic.table[i].d_tag == DT_NEEDED ||
                 is_filtee_tag(object->dynamic.table[i].d_tag);
    return count;
}

static struct object *load_named(struct object *object, const elf_dyn *entry, const char *name,
                                 enum object_kind kind, struct error *error) {
    if (is_filtee_tag(entry->d_tag) && debug_wants(DEBUG_LIBS))
        debug_print("load auxiliary object=%s requested by file=%s\n", name, debug_name(object));
    return load_object(object->ns, name, object, kind, 0, error);
}

/* The dependency that an entry of the dynamic table names, NULL: it is not to be had. */
static struct object *load_entry(struct object *object, const elf_dyn *entry, enum object_kind kind,
                                 struct error *error) {
    const char *name = object_string(object, entry->d_un.d_val);
    if (name == NULL) {
        error_set(error, 0, object->name, "malformed ELF file: bad DT_NEEDED");
        return NULL;
    }
    if (!path_has_token((struct path_part){name, strlen(name)}))
        return load_named(object, entry, name, kind, error);
    struct object *dependency = NULL;
    char *expanded = options.secure ? NULL : search_expand(name, object);
    if (options.secure)
        error_set(error, 0, name, "DST not allowed in SUID/SGID programs");
    else if (expanded == NULL || expanded[0] == '\0')
        error_set(error, 0, name, "empty dynamic string token substitution");
    else
        dependency = load_named(object, entry, expanded, kind, error);
    heap_free(expanded);
    return dependency;
}

static bool load_one(struct object *object, const elf_dyn *entry, enum object_kind kind,
                     struct error *error) {
    struct object *dependency = load_entry(object, entry, kind, error);
    if (dependency == NULL && entry->d_tag == DT_AUXILIARY) {
        error_clear(error); /* good to have, no more */
        return true;
    }
    if (dependency == NULL)
        return false;
    object->needed[object->needed_count++] = dependency;
    if (is_filtee_tag(entry->d_tag))
        object->filtees[object->filtee_count++] = dependency;
    return true;
}

static void forget_needed(struct object *object) {
    heap_free(object->needed);
    heap_free(object->filtees);
    object->needed = object->filtees = NULL;
    object->needed_count = object->filtee_count = 0;
}

/* Loads the direct dependencies of one object, unless that was done before. */
static bool load_needed(struct object *object, enum object_kind kind, struct error *error) {
    if (object->needed != NULL)
        return true;
    size_t filtees = 0;
    for (size_t i = 0; i < object->dynamic.count; ++i)
        filtees += is_filtee_tag(object->dynamic.table[i].d_tag);
    object->needed = heap_allocate((count_needed(object) + 1) * sizeof(struct object *));
    object->filtees = filtees != 0 ? heap_allocate(filtees * sizeof(struct object *)) : NULL;
    bool good = object->needed != NULL && (filtees == 0 || object->filtees != NULL);
    if (!good)
        no_memory(object, error);
    for (size_t i = 0; good && i < object->dynamic.count; ++i) {
        const elf_dyn *entry = &object->dynamic.table[i];
        if (entry->d_tag == DT_NEEDED || is_filtee_tag(entry->d_tag))
            good = load_one(object, entry, kind, error);
    }
    if (!good)
        forget_needed(object);
    return good;
}

static bool is_filtee(const struct object *object, const struct object *dependency) {
    size_t i = 0;
    while (i < object->filtee_count && object->filtees[i] != dependency)
        ++i;
    return i < object->filtee_count;
}

/* Adds the dependencies of the object at `place`. */
static bool expand(struct list *list, size_t place, enum object_kind kind, struct error *error) {
    struct object *object = list->objects[place];
    if (!load_needed(object, kind, error))
        return false;
    object->expanded = true;
    for (size_t n = 0; n < object->needed_count; ++n) {
        struct object *dependency = object->needed[n];
        if (!(is_filtee(object, dependency) ? put_before(list, &place, dependency)
                                            : append(list, dependency)))
            return no_memory(object, error);
    }
    return true;
}

/* A filtee takes the place of its filter, so a place may have to be looked at twice. */
static bool collect(struct list *list, enum object_kind kind, struct error *error) {
    for (size_t i = 0; i < list->count; i += list->objects[i]->expanded)
        if (!list->objects[i]->expanded && !expand(list, i, kind, error))
            return false;
    return true;
}

/* Sorts a copy of the search order and turns it round: dependencies first. */
static bool set_init_order(struct object *root, struct error *error) {
    size_t count = root->search.count, at = 0;
    struct object **order = heap_copy(root->search.objects, count * sizeof *order);
    if (order == NULL)
        return no_memory(root, error);
    while (order[at] != root) /* behind its filtees */
        ++at;
    memmove(order + 1, order, at * sizeof *order);
    order[0] = root;
    order_sort(order, count, root != root->ns->libc, false);
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
        list.objects[i]->visited = list.objects[i]->expanded = false;
    if (!good) {
        heap_free(list.objects);
        return false;
    }
    root->search.objects = list.objects;
    root->search.count = list.count;
    return set_init_order(root, error);
}
