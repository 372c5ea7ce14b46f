/* Sorting objects by dependency, the two ways glibc has. Knows the edges of the graph and nothing
 * of what is done with the order. Sorts without memory of its own: the result grows as a list
 * through `sort_next`. */
#include "object/order.h"

#include "object/object.h"

static int algorithm = 2;

void order_set_algorithm(int wanted) {
    algorithm = wanted == 1 ? 1 : 2;
}

/* The objects that `object` depends on by link: its own sorted closure when it was opened by itself
 * (glibc keeps that in l_initfini), else its direct dependencies. */
struct edges {
    struct object *const *last; /* walked downwards when `step` is -1 */
    size_t count;
    int step;
};

static struct edges edges_of(const struct object *object) {
    if (object->init_order_count > 1) {
        size_t count = object->init_order_count - 1;
        return (struct edges){object->init_order + count - 1, count, -1};
    }
    return (struct edges){object->needed, object->init_order_count == 1 ? 0 : object->needed_count,
                          1};
}

static struct object *edge(const struct edges *edges, size_t index) {
    return edges->step > 0 ? edges->last[index] : *(edges->last - index);
}

static bool depends_on(const struct object *object, const struct object *other) {
    struct edges edges = edges_of(object);
    for (size_t i = 0; i < edges.count; i++)
        if (edge(&edges, i) == other)
            return true;
    return false;
}

/* One depth-first search: which edges it follows, and the list it builds from back to front. */
struct search {
    struct object *head;
    const struct object *fresh; /* an object whose dependencies do not count yet, may be NULL */
    bool bound, saw_bound;
};

static void visit(struct search *search, struct object *object);

static void visit_dependency(struct search *search, struct object *object) {
    if (!object->visited && object->kind != OBJECT_PROGRAM)
        visit(search, object);
}

/* An object outside the array that is sorted (sort_rounds 0) is passed over. */
static void visit(struct search *search, struct object *object) {
    if (object->visited || object->sort_rounds == 0)
        return;
    object->visited = true;
    if (object != search->fresh) {
        struct edges edges = edges_of(object);
        for (size_t i = 0; i < edges.count; i++)
            visit_dependency(search, edge(&edges, i));
    }
    if (search->bound && object->bound_count != 0) {
        search->saw_bound = true;
        for (size_t i = object->bound_count; i-- > 0;)
            visit_dependency(search, object->bound[i]);
    }
    object->sort_next = search->head;
    search->head = object;
}

static void set_rounds(struct object *const *objects, size_t count, unsigned rounds) {
    for (size_t i = 0; i < count; i++)
        objects[i]->sort_rounds = rounds;
}

/* Searches from the last object to the first, so that the order stays near the one given, and
 * writes the result back. Returns whether `bound` edges were met. */
static bool sort_pass(struct object **objects, size_t count, bool bound,
                      const struct object *fresh) {
    struct search search = {.head = NULL, .fresh = fresh, .bound = bound, .saw_bound = false};
    for (size_t i = count; i-- > 0;)
        visit(&search, objects[i]);
    for (struct object *object = search.head; object != NULL; object = object->sort_next) {
        object->visited = false; /* others use the mark too */
        *objects++ = object;
    }
    return search.saw_bound;
}

static void move_to_front(struct object **objects, struct object *first) {
    size_t at = 0;
    while (objects[at] != first)
        at++;
    for (; at > 0; at--)
        objects[at] = objects[at - 1];
    objects[0] = first;
}

/* Link-time dependencies win over those found while binding: when a search that follows both met
 * one of the latter, a second one follows only the former. A cycle through the first object may
 * have moved it. */
static void sort_depth_first(struct object **objects, size_t count, bool first_fixed,
                             bool for_fini) {
    struct object *first = objects[0];
    bool fresh = !for_fini && first->init_order_count == 0 && !first->relocated;
    set_rounds(objects, count, 1);
    if (sort_pass(objects, count, for_fini, fresh ? first : NULL))
        sort_pass(objects, count, false, NULL);
    if (first_fixed)
        move_to_front(objects, first);
    set_rounds(objects, count, 0);
}

/* Whether objects[k], by a link or (at exit) by a binding that no link contradicts, needs `object`.
 */
static bool must_precede(const struct object *user, const struct object *object, bool for_fini) {
    if (depends_on(user, object))
        return true;
    if (!for_fini)
        return false;
    for (size_t i = 0; i < user->bound_count; i++)
        if (user->bound[i] == object)
            return !depends_on(object, user);
    return false;
}

static void move_back(struct object **objects, size_t from, size_t to) {
    struct object *moved = objects[from];
    for (size_t i = from; i < to; i++)
        objects[i] = objects[i + 1];
    objects[to] = moved;
}

/* The old sort: each object moves behind the last one that needs it, until one has been looked at
 * too often (a cycle). */
static void sort_by_moving(struct object **objects, size_t count, bool for_fini) {
    size_t i = 0;
    set_rounds(objects, count, 0);
    while (i < count) {
        struct object *object = objects[i];
        object->sort_rounds++;
        size_t k = for_fini && object->kept ? i : count - 1; /* what stays loaded need not move */
        while (k > i && !must_precede(objects[k], object, for_fini))
            k--;
        if (k == i) {
            i++;
            set_rounds(objects + i, count - i, 0);
            continue;
        }
        unsigned next_rounds = objects[i + 1]->sort_rounds;
        bool cycle = next_rounds > count - i;
        move_back(objects, i, k);
        if (cycle) {
            i++;
            set_rounds(objects + i, count - i, 0);
        }
    }
    set_rounds(objects, count, 0);
}

void order_sort(struct object **objects, size_t count, bool first_fixed, bool for_fini) {
    if (count <= 1)
        return;
    if (algorithm == 2)
        sort_depth_first(objects, count, first_fixed, for_fini);
    else if (first_fixed)
        sort_by_moving(objects + 1, count - 1, for_fini);
    else
        sort_by_moving(objects, count, for_fini);
}
