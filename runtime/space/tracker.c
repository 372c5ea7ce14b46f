/* What is mapped where. Knows what attributes mean; does not know which call changed them. */
#include "space/tracker.h"

#include "base/format.h"
#include "space/kernel.h"
#include "space/place.h"
#include "base/system.h"

enum { SMALLEST_CHUNK = 64 << 10, LARGEST_CHUNK = 1 << 20 };
/* What the nodes for 65,530 mappings take, the kernel's usual limit (vm.max_map_count). */
enum { NODES_ROOM = sizeof(uintptr_t) << 19 };

void tracker_init(struct tracker *tracker, void *memory, size_t size) {
    *tracker = (struct tracker){.busy = false};
    arena_add(&tracker->tree.arena, memory, size);
    tree_init(&tracker->tree);
}

void tracker_dispose(struct tracker *tracker) {
    const struct arena_chunk *chunk = tracker->tree.arena.chunks;
    /* The first chunk of all is part of the tracker's own memory. */
    while (chunk->next != NULL) {
        const struct arena_chunk *next = chunk->next;
        kernel_unmap((uintptr_t)chunk, (chunk->nodes + 1) * sizeof(struct node));
        chunk = next;
    }
    if (tracker->memory != 0)
        kernel_unmap((uintptr_t)tracker, tracker->memory);
}

static struct range linker_range(uintptr_t start, uintptr_t end) {
    uintptr_t attributes =
        range_attributes(SPACE_LINKER, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS);
    return (struct range){start, end, attributes, 0};
}

/* Address space for nodes. One who was robbed of the gate may be taking some of it. */
static struct {
    uintptr_t next, end;
} room;

void tracker_reserve_nodes(struct tracker *tracker) {
    const struct place_request request = {.kind = SPACE_LINKER, .size = NODES_ROOM};
    uintptr_t start = place_choose(tracker, &request);
    if (start == 0)
        return;
    tracker_set(tracker, start, start + NODES_ROOM, SPACE_RESERVED | RANGE_HEAD, 0);
    room.next = start;
    room.end = start + NODES_ROOM;
}

/* Where the next chunk goes, 0: wherever the kernel wants it. */
static uintptr_t choose_chunk(struct tracker *tracker, size_t size) {
    const struct place_request request = {.kind = SPACE_LINKER, .size = size};
    uintptr_t start = __atomic_fetch_add(&room.next, size, __ATOMIC_RELAXED);
    return start + size <= room.end ? start : place_choose(tracker, &request);
}

/* Maps another chunk of nodes and records it, with the nodes that are still there. */
static void grow(struct tracker *tracker) {
    size_t size = SMALLEST_CHUNK;
    while (size < LARGEST_CHUNK && size < tracker->tree.arena.used_count * sizeof(struct node))
        size *= 2;
    uintptr_t address = choose_chunk(tracker, size);
    /* Nothing is learnt here if the kernel puts it elsewhere: that would take nodes. */
    intptr_t chunk =
        kernel_map(address, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (kernel_failed(chunk) && address != 0)
        chunk = kernel_map(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (kernel_failed(chunk)) {
        print(2, "wine-ld: no memory for the list of mappings\n");
        system_exit(127);
    }
    struct range range = linker_range((uintptr_t)chunk, (uintptr_t)chunk + size);
    tree_assign(&tracker->tree, &range);
    arena_add(&tracker->tree.arena, (void *)chunk, size);
}

/* Nodes for the next range, and for the chunk that may be needed after it. */
static void prepare(struct tracker *tracker) {
    tree_settle(&tracker->tree);
    if (!arena_ready(&tracker->tree.arena, 2 * tree_nodes_per_assign(&tracker->tree)))
        grow(tracker);
}

void tracker_set(struct tracker *tracker, uintptr_t start, uintptr_t end, uintptr_t attributes,
                 uintptr_t origin) {
    const struct range range = {start, end, attributes, origin};
    prepare(tracker);
    tree_assign(&tracker->tree, &range);
}

void tracker_put(struct tracker *tracker, const struct range *range) {
    prepare(tracker);
    tree_put(&tracker->tree, range);
}

void tracker_set_linker(struct tracker *tracker, uintptr_t start, uintptr_t end) {
    struct range range = linker_range(start, end);
    tracker_set(tracker, start, end, range.attributes, range.origin);
}

void tracker_clear(struct tracker *tracker, uintptr_t start, uintptr_t end) {
    tracker_set(tracker, start, end, SPACE_FREE, 0);
}

bool tracker_unmapped(struct tracker *tracker, uintptr_t start, uintptr_t end) {
    bool any = false;
    /* Usually it is one mapping, often the last one. */
    if (tree_take_back(&tracker->tree, start, end) ||
        tree_melt(&tracker->tree, start, end, SPACE_RESERVED))
        return true;
    while (start < end) {
        struct range range = tree_find(&tracker->tree, start);
        uintptr_t part_end = range.end < end ? range.end : end;
        if (range_is_mapped(range.attributes)) {
            tracker_clear(tracker, start, part_end);
            any = true;
        }
        start = part_end;
    }
    return any;
}

/* The part of the range at `address` that lies in [address, end). */
static struct range part_at(struct tracker *tracker, uintptr_t address, uintptr_t end) {
    struct range part = tree_find(&tracker->tree, address);
    if (part.start < address) {
        part.start = address;
        part.attributes &= ~(uintptr_t)RANGE_HEAD;
    }
    part.end = part.end < end ? part.end : end;
    return part;
}

void tracker_protect(struct tracker *tracker, uintptr_t start, uintptr_t end, int prot) {
    uintptr_t bits = ((uintptr_t)prot << RANGE_PROT_SHIFT) & RANGE_PROT;
    if (start < end && tree_recolour(&tracker->tree, start, end, bits, SPACE_RESERVED))
        return;
    while (start < end) {
        struct range part = part_at(tracker, start, end);
        if (range_is_mapped(part.attributes) && (part.attributes & RANGE_PROT) != bits)
            tracker_set(tracker, part.start, part.end,
                        (part.attributes & ~(uintptr_t)RANGE_PROT) | bits, part.origin);
        start = part.end;
    }
}

void tracker_copy(struct tracker *tracker, uintptr_t from, size_t size, uintptr_t to) {
    uintptr_t end = from + size, head = RANGE_HEAD;
    for (uintptr_t address = from; address < end;) {
        struct range part = part_at(tracker, address, end);
        uintptr_t target = to + (part.start - from);
        if (range_is_mapped(part.attributes)) {
            tracker_set(tracker, target, target + (part.end - part.start), part.attributes | head,
                        part.origin);
            head = 0;
        }
        address = part.end;
    }
}

bool tracker_is_free(struct tracker *tracker, uintptr_t start, uintptr_t end) {
    struct range range = tree_find(&tracker->tree, start);
    return range_kind(range.attributes) == SPACE_FREE && range.end >= end;
}
