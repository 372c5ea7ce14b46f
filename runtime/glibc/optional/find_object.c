/* Two tables of address ranges, sorted. Readers use the one that the version's lowest bit names,
 * and try again when the version moved meanwhile; the writer changes the other one, then moves the
 * version. An outgrown table is never freed, because a reader may still be in it. */
#include "glibc/mirror/find_object.h"

#include <stdbool.h>

#include "process/heap.h"
#include "base/text.h"
#include "glibc_layout.h"

/* The addresses of one object, or of one of its segments when foreign mappings may lie between
 * them. */
struct range {
    elf_addr start, end;
    const struct object *object;
    struct dl_find_object found;
};

struct table {
    size_t capacity, count;
    struct range ranges[];
};

static struct table *tables[2];
static size_t version;

/* The last range that begins at or below `address`, or NULL. */
static const struct range *search(const struct table *table, elf_addr address) {
    size_t low = 0, high = __atomic_load_n(&table->count, __ATOMIC_RELAXED);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (__atomic_load_n(&table->ranges[middle].start, __ATOMIC_RELAXED) <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low != 0 ? &table->ranges[low - 1] : NULL;
}

static bool look_up(const struct table *table, elf_addr address, struct dl_find_object *result) {
    const struct range *range = table != NULL ? search(table, address) : NULL;
    if (range == NULL || address >= range->end)
        return false;
    *result = range->found;
    return true;
}

int find_object(void *address, struct dl_find_object *result) {
    for (;;) {
        size_t before = __atomic_load_n(&version, __ATOMIC_ACQUIRE);
        bool found = look_up(__atomic_load_n(&tables[before & 1], __ATOMIC_ACQUIRE),
                             (elf_addr)address, result);
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
        if (__atomic_load_n(&version, __ATOMIC_RELAXED) == before)
            return found ? 0 : -1;
    }
}

/* The table that readers do not use, with the contents of the other one and room for `more`. */
static struct table *begin(size_t more) {
    const struct table *active = tables[version & 1];
    struct table **idle = &tables[(version + 1) & 1];
    size_t count = active != NULL ? active->count : 0;
    struct table *table = *idle;
    if (table == NULL || table->capacity < count + more) {
        /* The first table is all that a process without dlopen needs. */
        size_t capacity = (active != NULL ? 2 : 1) * (count + more);
        table = heap_allocate(sizeof *table + capacity * sizeof(struct range));
        if (table == NULL)
            return NULL;
        table->capacity = capacity;
        __atomic_store_n(idle, table, __ATOMIC_RELEASE);
    }
    __atomic_thread_fence(__ATOMIC_RELEASE);
    if (count != 0)
        memcpy(table->ranges, active->ranges, count * sizeof(struct range));
    __atomic_store_n(&table->count, count, __ATOMIC_RELAXED);
    return table;
}

static void commit(void) {
    __atomic_store_n(&version, version + 1, __ATOMIC_RELEASE);
}

static bool holds(const struct table *table, const struct object *object) {
    for (size_t i = 0; i < table->count; i++)
        if (table->ranges[i].object == object)
            return true;
    return false;
}

static void insert(struct table *table, const struct range *range) {
    size_t at = table->count;
    for (; at > 0 && table->ranges[at - 1].start > range->start; at--)
        table->ranges[at] = table->ranges[at - 1];
    table->ranges[at] = *range;
    table->count++;
}

static struct range whole(const struct object *object) {
    const struct link_map *map = object->handle;
    struct range range = {.start = map->l_map_start, .end = map->l_map_end, .object = object};
    range.found.dlfo_link_map = object->handle;
    for (size_t i = 0; i < object->phdr_count; i++)
        if (object->phdr[i].p_type == PT_GNU_EH_FRAME)
            range.found.dlfo_eh_frame = (void *)(object->base + object->phdr[i].p_vaddr);
    if (find_object_set_data_base != NULL)
        find_object_set_data_base(&range.found, object);
    return range;
}

static void insert_range(struct table *table, struct range range) {
    range.found.dlfo_map_start = (void *)range.start;
    range.found.dlfo_map_end = (void *)range.end;
    insert(table, &range);
}

static void add(struct table *table, const struct object *object) {
    struct range range = whole(object);
    if (((const struct link_map *)object->handle)->l_contiguous) {
        insert_range(table, range);
        return;
    }
    for (size_t i = 0; i < object->phdr_count; i++) {
        const elf_phdr *header = &object->phdr[i];
        if (header->p_type != PT_LOAD)
            continue;
        range.start = object->base + header->p_vaddr;
        range.end = range.start + header->p_memsz;
        insert_range(table, range);
    }
}

/* How many ranges an object takes: as few as it can be, since each is a hundred bytes. */
static size_t ranges_of(const struct object *object) {
    size_t segments = 0;
    if (object->shared != NULL)
        return 0;
    if (((const struct link_map *)object->handle)->l_contiguous)
        return 1;
    for (size_t i = 0; i < object->phdr_count; i++)
        segments += object->phdr[i].p_type == PT_LOAD;
    return segments;
}

bool find_object_add(struct object *const *objects, size_t count) {
    size_t ranges = 0;
    for (size_t i = 0; i < count; i++)
        ranges += ranges_of(objects[i]);
    struct table *table = begin(ranges);
    if (table == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!holds(table, objects[i]) && objects[i]->shared == NULL)
            add(table, objects[i]);
    commit();
    return true;
}

void find_object_remove(struct object *object) {
    struct table *table = begin(0);
    if (table == NULL || !holds(table, object))
        return;
    size_t kept = 0;
    for (size_t i = 0; i < table->count; i++)
        if (table->ranges[i].object != object)
            table->ranges[kept++] = table->ranges[i];
    __atomic_store_n(&table->count, kept, __ATOMIC_RELAXED);
    commit();
}
