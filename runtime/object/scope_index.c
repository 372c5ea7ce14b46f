/* One hash table over the symbols of a whole scope. Reads hash chains only: no names, no symbols.
 */
#include "object/scope_index.h"

#include "process/heap.h"
#include "object/object.h"

enum { WORTHWHILE = 10 }; /* objects; below, linear search touches fewer cache lines */

/* A part of the hash, and one more than the position of the first object that has a symbol with it:
 * to start earlier than for the whole hash does no harm. Small, since a table is new memory at
 * every start. */
struct slot {
    uint16_t tag, next; /* next: 0: not in use */
};
enum { MOST_OBJECTS = UINT16_MAX - 1 };

struct scope_index {
    size_t covered; /* objects indexed */
    uint32_t mask;
    struct slot slots[];
};

/* Calls `visit` for each hash in the chains of `object`, in bucket order. */
static void each_hash(const struct object *object, void (*visit)(void *, uint32_t), void *context) {
    const struct gnu_hash *table = &object->gnu_hash;
    for (uint32_t i = 0; i < table->bucket_count; ++i) {
        if (table->buckets[i] < table->symbol_base)
            continue;
        const uint32_t *chain = table->chain + (table->buckets[i] - table->symbol_base);
        for (; chain >= table->chain && chain < table->chain_end; ++chain) {
            visit(context, *chain);
            if (*chain & 1)
                break;
        }
    }
}

static void count_hash(void *context, uint32_t hash) {
    (void)hash;
    ++*(size_t *)context;
}

struct filling {
    struct scope_index *index;
    uint32_t position;
};

/* Chains store hashes without bit 0. */
static uint32_t mixed(uint32_t hash) {
    return (hash >> 1) * 0x9e3779b1u;
}

static struct slot *slot_of(struct slot *slots, uint32_t mask, uint32_t mix) {
    uint32_t at = mix ^ mix >> 15;
    while (slots[at & mask].next != 0 && slots[at & mask].tag != mix >> 16)
        ++at;
    return &slots[at & mask];
}

static void enter_hash(void *context, uint32_t hash) {
    const struct filling *filling = context;
    uint32_t mix = mixed(hash);
    struct slot *slot = slot_of(filling->index->slots, filling->index->mask, mix);
    if (slot->next == 0)
        *slot = (struct slot){(uint16_t)(mix >> 16), (uint16_t)(filling->position + 1)};
}

void scope_index_build(struct scope *scope) {
    size_t symbols = 0, covered = 0;
    for (; scope->count >= WORTHWHILE && covered < scope->count && covered < MOST_OBJECTS;
         ++covered) {
        const struct object *object = scope->objects[covered];
        if (object->gnu_hash.bucket_count == 0 && object->sysv_hash.bucket_count != 0)
            break;
        each_hash(object, count_hash, &symbols);
    }
    size_t capacity = 1024;
    while (capacity * 3 < symbols * 4)
        capacity *= 2;
    if (covered < WORTHWHILE || capacity > (size_t)1 << 28)
        return;
    struct scope_index *index = heap_allocate(sizeof *index + capacity * sizeof index->slots[0]);
    if (index == NULL)
        return;
    index->covered = covered;
    index->mask = (uint32_t)capacity - 1;
    for (uint32_t position = 0; position < covered; ++position) {
        struct filling filling = {.index = index, .position = position};
        each_hash(scope->objects[position], enter_hash, &filling);
    }
    scope->index = index;
}

size_t scope_index_start(const struct scope_index *index, uint32_t hash) {
    const struct slot *slot =
        slot_of((struct slot *)(uintptr_t)index->slots, index->mask, mixed(hash));
    return slot->next != 0 ? slot->next - 1u : index->covered;
}
