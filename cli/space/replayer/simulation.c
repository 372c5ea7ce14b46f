/* An address space on paper. Knows how the linker's placement is asked; does not know what is
 * replayed. */
#define _GNU_SOURCE
#include "simulation.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "space/place.h"

enum { TABLE_SPAN = 2 << 20 }; /* what one page of page tables maps */
enum { PAGE_SIZE = 4096, CHUNK = 1 << 18, SPARE_NODES = 64 };

static void reserve_nodes(struct tree *tree) {
    if (!arena_ready(&tree->arena, SPARE_NODES)) {
        void *chunk = calloc(1, CHUNK);
        if (chunk == NULL) {
            fputs("replayer: out of memory\n", stderr);
            exit(2);
        }
        arena_add(&tree->arena, chunk, CHUNK);
    }
}

/* The free bytes of [start, end). */
static size_t free_in(struct tree *tree, uintptr_t start, uintptr_t end) {
    size_t sum = 0;
    while (start < end) {
        struct range range = tree_find(tree, start);
        uintptr_t part_end = range.end < end ? range.end : end;
        sum += range_kind(range.attributes) == SPACE_FREE ? part_end - start : 0;
        start = part_end;
    }
    return sum;
}

/* Records [start, end), cut to the window. */
static void record(struct simulation *simulation, uintptr_t start, uintptr_t end,
                   enum space_kind kind) {
    start = start > simulation->low ? start : simulation->low;
    end = end < simulation->high ? end : simulation->high;
    if (start >= end)
        return;
    size_t before = free_in(&simulation->tracker.tree, start, end);
    struct range range = {start, end, kind == SPACE_FREE ? 0 : kind | RANGE_HEAD, 0};
    reserve_nodes(&simulation->tracker.tree);
    tree_assign(&simulation->tracker.tree, &range);
    simulation->free += (kind == SPACE_FREE ? end - start : 0) - before;
}

static uintptr_t map_really(uintptr_t address, size_t size) {
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    flags |= address != 0 ? MAP_FIXED_NOREPLACE : 0;
    void *got = mmap((void *)address, size, PROT_NONE, flags, -1, 0);
    return got == MAP_FAILED ? 0 : (uintptr_t)got;
}

/* What this process has, before the replay adds to it; and what lies above the window is filled up,
 * so that the kernel finds no room there. */
static void record_own_mappings(struct simulation *simulation) {
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[512];
    uintptr_t filled = simulation->high;
    while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
        char *rest;
        uintptr_t start = strtoul(line, &rest, 16), end = strtoul(rest + 1, NULL, 16);
        record(simulation, start, end, SPACE_KERNEL);
        if (start > filled)
            map_really(filled, start - filled);
        filled = end > filled ? end : filled;
    }
    if (maps != NULL)
        fclose(maps);
}

void simulation_start(struct simulation *simulation, uintptr_t low, uintptr_t high,
                      uintptr_t kernel, bool real) {
    struct tree *tree = &simulation->tracker.tree;
    reserve_nodes(tree);
    tree_init(tree);
    struct range below = {0, low, SPACE_KERNEL | RANGE_HEAD, 0};
    struct range above = {high, TREE_END, SPACE_KERNEL | RANGE_HEAD, 0};
    tree_assign(tree, &below);
    tree_assign(tree, &above);
    simulation->low = low;
    simulation->high = high;
    simulation->kernel = kernel;
    simulation->free = high - low;
    simulation->real = real;
    if (real) {
        reserve_nodes(tree);
        record_own_mappings(simulation);
    }
}

static uintptr_t highest_below(struct simulation *simulation, uintptr_t limit, size_t size) {
    struct range hole;
    if (!tree_free_below(&simulation->tracker.tree, limit, size, &hole))
        return 0;
    uintptr_t end = hole.end < limit ? hole.end : limit;
    return end - hole.start >= size ? end - size : 0;
}

/* What the kernel does when the policy has found no room and leaves it to the kernel. */
static uintptr_t choose_anywhere(struct simulation *simulation, const struct wanted *wanted,
                                 size_t size) {
    const struct policy_rule *rule = policy_rule_for(&policy, wanted->kind, size);
    if (rule != NULL && rule->only)
        return 0;
    if (wanted->limit != 0)
        return highest_below(simulation, wanted->limit, size);
    uintptr_t got = highest_below(simulation, simulation->kernel, size);
    return got != 0 ? got : highest_below(simulation, simulation->high, size);
}

static uintptr_t choose(struct simulation *simulation, const struct wanted *wanted, size_t size,
                        size_t align) {
    const struct place_request request = {
        .kind = wanted->kind, .size = size, .align = align, .high = wanted->limit};
    if (simulation->real)
        return map_really(0, size);
    if (wanted->moved && policy.guest_library[0] == '\0')
        return choose_anywhere(simulation, wanted, size);
    uintptr_t address = place_choose(&simulation->tracker, &request);
    return address != 0 || align > PAGE_SIZE ? address : choose_anywhere(simulation, wanted, size);
}

uintptr_t simulation_map(struct simulation *simulation, const struct wanted *wanted) {
    bool trims = wanted->align > PAGE_SIZE && (wanted->trimmed || simulation->real);
    size_t size = wanted->size + (trims ? wanted->align : 0); /* as wine does it */
    uintptr_t got = size < wanted->size || size == 0
                        ? 0
                        : choose(simulation, wanted, size, trims ? 0 : wanted->align);
    if (got == 0)
        return 0;
    record(simulation, got, got + size, wanted->kind);
    if (!trims)
        return got;
    uintptr_t start = (got + wanted->align - 1) & ~(uintptr_t)(wanted->align - 1);
    simulation_unmap(simulation, got, start - got);
    simulation_unmap(simulation, start + wanted->size, got + size - start - wanted->size);
    return start;
}

bool simulation_is_free(struct simulation *simulation, uintptr_t start, size_t size) {
    uintptr_t end = start + size;
    return start >= simulation->low && end > start && end <= simulation->high &&
           free_in(&simulation->tracker.tree, start, end) == size;
}

bool simulation_map_at(struct simulation *simulation, uintptr_t start, size_t size,
                       enum space_kind kind) {
    if (!simulation_is_free(simulation, start, size) ||
        (simulation->real && map_really(start, size) == 0))
        return false;
    record(simulation, start, start + size, kind);
    return true;
}

/* Where the policy's own break begins, 0: it has none. */
static uintptr_t moved_break(struct simulation *simulation) {
    const struct policy_zone *zone = &policy.zones[policy.break_zone];
    const struct place_request request = {.kind = SPACE_HEAP,
                                          .size = policy.break_size,
                                          .align = PAGE_SIZE,
                                          .low = zone->low,
                                          .high = zone->high};
    return policy.break_moved && !simulation->real ? place_choose(&simulation->tracker, &request)
                                                   : 0;
}

bool simulation_break(struct simulation *simulation, uintptr_t start, size_t size) {
    uintptr_t own = moved_break(simulation);
    if (own == 0) {
        if (!simulation_map_at(simulation, start, size, SPACE_BREAK))
            return false;
        /* Nothing else goes into what is left of its room. */
        struct range above = tree_find(&simulation->tracker.tree, start + size);
        uintptr_t end = size < policy.break_size ? start + policy.break_size : start + size;
        end = end < above.end ? end : above.end;
        if (range_kind(above.attributes) == SPACE_FREE && !simulation->real)
            record(simulation, start + size, end, SPACE_RESERVED);
        return true;
    }
    record(simulation, own, own + policy.break_size, SPACE_BREAK);
    const struct wanted rest = {.kind = SPACE_HEAP,
                                .size = size > policy.break_size ? size - policy.break_size : 0};
    return rest.size == 0 || simulation_map(simulation, &rest) != 0;
}

void simulation_unmap(struct simulation *simulation, uintptr_t start, size_t size) {
    if (size == 0)
        return;
    if (simulation->real)
        munmap((void *)start, size);
    record(simulation, start, start + size, SPACE_FREE);
}

size_t simulation_largest(struct simulation *simulation) {
    struct range hole;
    size_t largest = 0;
    for (uintptr_t from = simulation->low;
         tree_free_above(&simulation->tracker.tree, from, largest + PAGE_SIZE, &hole);
         from = hole.end)
        largest = hole.end - hole.start;
    return largest;
}

struct simulation_shape simulation_shape(struct simulation *simulation) {
    struct simulation_shape shape = {0, 0};
    uintptr_t next = 0; /* the first span not counted yet, by its number */
    for (uintptr_t at = simulation->low; at < simulation->high;) {
        struct range range = tree_find(&simulation->tracker.tree, at);
        enum space_kind kind = range_kind(range.attributes);
        uintptr_t first = range.start / TABLE_SPAN, last = (range.end - 1) / TABLE_SPAN;
        first = first > next ? first : next;
        if (kind == SPACE_FREE)
            ++shape.holes;
        else if (kind != SPACE_RESERVED && last >= first) {
            shape.tables += last - first + 1;
            next = last + 1;
        }
        at = range.end;
    }
    return shape;
}
