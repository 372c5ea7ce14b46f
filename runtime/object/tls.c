/* Which object has which TLS module id, where its block lies, and the generation counter that tells
 * threads that this changed. Knows nothing of threads: their DTVs follow by comparing generations
 * (glibc/mirror/dtv). Slots are never moved or freed, so that readers need no lock. */
#include "object/tls.h"

#include "glibc/mirror/tls_globals.h"
#include "glibc/static_tls.h"
#include "glibc/tunables.h"
#include "process/heap.h"
#include "link/tlsdesc.h"
#include "object/namespace.h"

enum { CHUNK_SLOTS = 16 };

struct chunk {
    struct chunk *next;
    struct tls_slot slots[CHUNK_SLOTS];
};

static struct chunk first_chunk;

struct tls_static tls_static;
size_t tls_generation, tls_highest;

static struct tls_slot *slot_at(size_t module) {
    struct chunk *chunk = &first_chunk;
    while (chunk != NULL && module >= CHUNK_SLOTS) {
        module -= CHUNK_SLOTS;
        chunk = __atomic_load_n(&chunk->next, __ATOMIC_ACQUIRE);
    }
    return chunk != NULL ? &chunk->slots[module] : NULL;
}

const struct tls_slot *tls_slot_of(size_t module) {
    return slot_at(module);
}

static bool add_chunk(void) {
    struct chunk *last = &first_chunk;
    while (last->next != NULL)
        last = last->next;
    struct chunk *chunk = heap_allocate(sizeof *chunk);
    if (chunk == NULL)
        return false;
    __atomic_store_n(&last->next, chunk, __ATOMIC_RELEASE);
    return true;
}

bool tls_assign_module(struct object *object) {
    size_t module = 1;
    struct tls_slot *slot = slot_at(module);
    while (slot != NULL && slot->owner != NULL)
        slot = slot_at(++module);
    if (slot == NULL) {
        if (!add_chunk())
            return false;
        slot = slot_at(module);
    }
    slot->owner = object;
    object->tls.module = module;
    if (module > tls_highest)
        __atomic_store_n(&tls_highest, module, __ATOMIC_RELAXED);
    return true;
}

static bool is_static(const struct object *object) {
    return object->tls.offset != TLS_OFFSET_NONE && object->tls.offset != TLS_OFFSET_DYNAMIC;
}

static void set_slot(struct tls_slot *slot, struct object *object) {
    __atomic_store_n(&slot->object, object, __ATOMIC_RELAXED);
    __atomic_store_n(&slot->generation, tls_generation + 1, __ATOMIC_RELEASE);
}

static void next_generation(void) {
    __atomic_store_n(&tls_generation, tls_generation + 1, __ATOMIC_RELEASE);
    glibc_publish_tls();
}

void tls_publish(struct object *const *objects, size_t count) {
    bool any = false;
    if (!tls_static.sealed)
        return; /* tls_seal does it */
    for (size_t i = 0; i < count; i++) {
        struct object *object = objects[i];
        if (object->tls.module == 0 || slot_at(object->tls.module)->object == object)
            continue;
        set_slot(slot_at(object->tls.module), object);
        any = true;
    }
    if (!any)
        return;
    next_generation();
    for (size_t i = 0; i < count; i++)
        if (objects[i]->tls.image_pending) {
            objects[i]->tls.image_pending = false;
            thread_init_static_tls(objects[i]);
        }
}

/* The layout ends where the last block that is still in use ends. */
static void reclaim_static(size_t base) {
    size_t used = base;
    for (size_t module = 1; module <= tls_highest; module++) {
        const struct object *object = slot_at(module)->object;
        if (object != NULL && is_static(object) && (size_t)object->tls.offset > used)
            used = (size_t)object->tls.offset;
    }
    tls_static.used = used;
}

static bool withdraw(struct object *object) {
    struct tls_slot *slot = slot_at(object->tls.module);
    bool visible = slot->object == object;
    if (visible)
        set_slot(slot, NULL);
    slot->owner = NULL;
    tlsdesc_forget(object);
    object->tls.module = 0;
    return visible;
}

void tls_withdraw(struct object *const *objects, size_t count) {
    bool any = false, visible = false;
    for (size_t i = 0; i < count; i++)
        if (objects[i]->tls.module != 0) {
            visible |= withdraw(objects[i]);
            any = true;
        }
    if (!any)
        return;
    size_t highest = tls_highest;
    while (highest > tls_static.modules && slot_at(highest)->owner == NULL)
        highest--;
    __atomic_store_n(&tls_highest, highest, __ATOMIC_RELAXED);
    reclaim_static(tls_static.initial);
    if (visible)
        next_generation();
}

ptrdiff_t tls_settle_dynamic(struct object *object) {
    ptrdiff_t offset = TLS_OFFSET_NONE;
    if (__atomic_compare_exchange_n(&object->tls.offset, &offset, (ptrdiff_t)TLS_OFFSET_DYNAMIC,
                                    false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return TLS_OFFSET_DYNAMIC;
    return offset;
}

/* A module that threads may use already gets its blocks filled before anybody can see the offset.
 * The exchange fails when a thread began to use it dynamically in between. */
static bool take_offset(struct object *object, size_t offset) {
    ptrdiff_t none = TLS_OFFSET_NONE;
    if (object->relocated)
        thread_fill_static_tls(object, offset);
    if (!__atomic_compare_exchange_n(&object->tls.offset, &none, (ptrdiff_t)offset, false,
                                     __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return false;
    object->tls.image_pending = !object->relocated;
    return true;
}

bool tls_make_static(struct object *object, bool optional) {
    const struct object_tls *tls = &object->tls;
    if (tls->offset != TLS_OFFSET_NONE || tls->module == 0)
        return is_static(object);
    if (tls->unfit)
        return false;
    size_t taken = tls_static.used + tls_static.tcb_size;
    if (tls->align > tls_static.align || taken > tls_static.size)
        return false;
    size_t bytes = tls_place_late(tls_static.size - taken, tls->block_size, tls->align,
                                  tls->first_byte_offset);
    if (bytes == 0 || (optional && bytes > tls_static.optional))
        return false;
    if (!take_offset(object, tls_static.used + bytes))
        return false;
    if (optional)
        tls_static.optional -= bytes;
    tls_static.used += bytes;
    glibc_publish_tls();
    return true;
}

static void settle_surplus(void) {
    size_t namespaces = (size_t)tunable_number("glibc.rtld.nns", 4);
    size_t optional = (size_t)tunable_number("glibc.rtld.optional_static_tls", 512);
    if (namespaces > NAMESPACE_COUNT)
        namespaces = NAMESPACE_COUNT;
    tls_static.optional = optional;
    tls_static.surplus = tls_surplus(namespaces + tls_static.auditors, optional);
}

static void place_modules(struct tls_layout *layout) {
    for (size_t module = 1; module <= tls_highest; module++) {
        struct object *object = slot_at(module)->owner;
        struct object_tls *tls = &object->tls;
        if (!tls->unfit)
            tls->offset =
                (ptrdiff_t)tls_place(layout, tls->block_size, tls->align, tls->first_byte_offset);
        set_slot(slot_at(module), object);
    }
}

void tls_seal(size_t tcb_size, size_t tcb_align, struct tls_extra *extra) {
    struct tls_layout layout = {.used = 0, .gap_start = 0, .gap_end = 0, .align = tcb_align};
    settle_surplus();
    place_modules(&layout);
    if (extra != NULL) {
        layout.align = layout.align > extra->align ? layout.align : extra->align;
        layout.used = (layout.used + extra->size + extra->align - 1) & ~(extra->align - 1);
        extra->offset = layout.used;
    }
    tls_static.initial = tls_static.used = layout.used;
    tls_static.align = layout.align;
    tls_static.tcb_size = tcb_size;
    tls_static.size =
        ((layout.used + tls_static.surplus + layout.align - 1) & ~(layout.align - 1)) + tcb_size;
    tls_static.modules = tls_highest;
    tls_static.sealed = true;
    if (tls_highest != 0)
        __atomic_store_n(&tls_generation, 1, __ATOMIC_RELEASE);
    glibc_publish_tls();
}
