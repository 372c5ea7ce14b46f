/* The table behind STB_GNU_UNIQUE: open addressing with linear probing, at most three quarters
 * full. Knows names, not what makes a symbol unique. */
#include "object/unique.h"

#include "process/heap.h"
#include "base/text.h"

enum { FIRST_CAPACITY = 32 };

/* The slot that holds `name`, or the free one where it belongs. The table is never full. */
static struct unique_entry *slot_of(struct unique_entry *entries, size_t capacity, uint32_t hash,
                                    const char *name) {
    size_t i = hash & (capacity - 1);
    while (entries[i].name != NULL &&
           (entries[i].hash != hash || !text_equal(entries[i].name, name)))
        i = (i + 1) & (capacity - 1);
    return &entries[i];
}

const struct unique_entry *unique_find(const struct unique_table *table, uint32_t hash,
                                       const char *name) {
    if (table->capacity == 0)
        return NULL;
    const struct unique_entry *entry = slot_of(table->entries, table->capacity, hash, name);
    return entry->name != NULL ? entry : NULL;
}

/* Moves all entries to a table of `capacity` slots. */
static void grow_to(struct unique_table *table, struct unique_entry *entries, size_t capacity) {
    for (size_t i = 0; i < table->capacity; i++) {
        const struct unique_entry *entry = &table->entries[i];
        if (entry->name != NULL)
            *slot_of(entries, capacity, entry->hash, entry->name) = *entry;
    }
    struct unique_entry *old = table->entries;
    table->entries = entries;
    table->capacity = capacity;
    heap_free(old);
}

static bool make_room(struct unique_table *table) {
    if (table->count + 1 <= table->capacity / 4 * 3)
        return true;
    size_t capacity = table->capacity == 0 ? FIRST_CAPACITY : table->capacity * 2;
    struct unique_entry *entries = heap_allocate(capacity * sizeof *entries);
    if (entries == NULL)
        return false;
    grow_to(table, entries, capacity);
    return true;
}

const struct unique_entry *unique_enter(struct unique_table *table,
                                        const struct unique_entry *entry) {
    if (!make_room(table))
        return NULL;
    struct unique_entry *slot = slot_of(table->entries, table->capacity, entry->hash, entry->name);
    if (slot->name == NULL)
        table->count++;
    *slot = *entry;
    return slot;
}

/* A search stops at a free slot: the entries that follow one that became free are entered again. */
static void close_gap(struct unique_table *table, size_t gap) {
    size_t mask = table->capacity - 1;
    for (size_t i = (gap + 1) & mask; table->entries[i].name != NULL; i = (i + 1) & mask) {
        struct unique_entry moved = table->entries[i];
        table->entries[i].name = NULL;
        *slot_of(table->entries, table->capacity, moved.hash, moved.name) = moved;
    }
}

void unique_forget(struct unique_table *table, const struct object *object) {
    for (size_t i = 0; i < table->capacity;) {
        struct unique_entry *entry = &table->entries[i];
        if (entry->name == NULL || entry->object != object) {
            i++;
            continue;
        }
        entry->name = NULL;
        table->count--;
        close_gap(table, i); /* may have moved another entry to slot i */
    }
}
