/* The namespaces and their lists of objects, in load order. Knows nothing of why an object is
 * there. */
#include "object/namespace.h"

#include "base/auxv.h"
#include "base/cold.h"
#include "object/image.h"

static struct namespace base, further[NAMESPACE_COUNT - 1] COLD;
static long ever_used;

unsigned long long namespace_adds;
struct object *linker_object;

struct namespace *namespace_at(long id) {
    struct namespace *ns = id == NAMESPACE_BASE ? &base : &further[id - 1];
    if (ns->id != id) /* to ask is no reason to have a page of one's own */
        ns->id = id;
    return ns;
}

long namespace_end(void) {
    return __atomic_load_n(&ever_used, __ATOMIC_ACQUIRE);
}

struct namespace *namespace_unused(void) {
    for (long id = NAMESPACE_BASE + 1; id < NAMESPACE_COUNT; id++)
        if (namespace_at(id)->count == 0)
            return namespace_at(id);
    return NULL;
}

/* Where there are no gaps only the last page may be in part. */
static elf_addr sure_size_of(const struct object *object) {
    elf_addr size = object->map_end - object->map_start;
    return image_is_gapless(object) && size > process.page_size ? size - process.page_size : 0;
}

/* Readers without the lock follow `next` only, which is set last. */
void namespace_add(struct namespace *ns, struct object *object) {
    object->ns = ns;
    object->sure_size = sure_size_of(object);
    object->next = NULL;
    object->previous = ns->last;
    if (ns->last != NULL)
        __atomic_store_n(&ns->last->next, object, __ATOMIC_RELEASE);
    else
        __atomic_store_n(&ns->first, object, __ATOMIC_RELEASE);
    ns->last = object;
    ns->count++;
    namespace_adds++;
    if (ns->id >= ever_used)
        __atomic_store_n(&ever_used, ns->id + 1, __ATOMIC_RELEASE);
}

static void unlink(struct namespace *ns, struct object *object) {
    if (object->previous != NULL)
        object->previous->next = object->next;
    else
        ns->first = object->next;
    if (object->next != NULL)
        object->next->previous = object->previous;
    else
        ns->last = object->previous;
}

void namespace_remove(struct object *object) {
    struct namespace *ns = object->ns;
    unlink(ns, object);
    if (ns->libc == object)
        ns->libc = NULL;
    object->next = object->previous = NULL;
    ns->count--;
}

void namespace_move_before(struct object *object, struct object *place) {
    struct namespace *ns = object->ns;
    unlink(ns, object);
    object->previous = place->previous;
    object->next = place;
    if (place->previous != NULL)
        __atomic_store_n(&place->previous->next, object, __ATOMIC_RELEASE);
    else
        __atomic_store_n(&ns->first, object, __ATOMIC_RELEASE);
    place->previous = object;
}

static bool covers(const struct object *object, elf_addr address) {
    elf_addr offset = address - object->map_start;
    return offset < object->sure_size ||
           (offset < object->map_end - object->map_start && image_covers(object, address));
}

struct object *namespace_object_at(const void *address) {
    for (long id = 0; id < namespace_end(); id++)
        for (struct object *object = namespace_at(id)->first; object != NULL; object = object->next)
            if (covers(object, (elf_addr)address))
                return object;
    return NULL;
}
