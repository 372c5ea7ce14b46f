/* Bringing a tracker into agreement with the kernel's list, and with what is left of a broken one.
 * Knows which contradictions count; does not know how they came about. */
#include "space/maps.h"
#include "space/space.h"
#include "space/tracker.h"

struct refresh {
    struct tracker *tracker;
    uintptr_t next, end; /* [next, end) is still to be looked at */
};

static uintptr_t smaller(uintptr_t a, uintptr_t b) {
    return a < b ? a : b;
}

/* Whether what is recorded can be this mapping, whatever its protection. */
static bool agrees(uintptr_t attributes, const struct maps_entry *entry) {
    bool shared = (attributes & RANGE_SHARED) != 0, huge = (attributes & RANGE_HUGE) != 0;
    bool anonymous = (attributes & RANGE_ANONYMOUS) != 0;
    /* Anonymous memory that is shared, or of huge pages, has a file of the kernel behind it. */
    return range_is_mapped(attributes) && shared == entry->shared &&
           (shared || huge || anonymous == (entry->name != MAPS_FILE));
}

/* What a mapping that we know nothing of probably is. */
static uintptr_t guess(struct tracker *tracker, const struct maps_entry *entry) {
    static const uint8_t kinds[] = {
        [MAPS_ANONYMOUS] = SPACE_ANONYMOUS, [MAPS_FILE] = SPACE_FILE,
        [MAPS_STACK] = SPACE_STACK,         [MAPS_BREAK] = SPACE_BREAK,
        [MAPS_KERNEL] = SPACE_KERNEL,       [MAPS_SEGMENT] = SPACE_SHARED,
    };
    uintptr_t prot = (uintptr_t)entry->prot << RANGE_PROT_SHIFT;
    uintptr_t top = tree_find(&tracker->tree, entry->end - 1).attributes;
    if ((top & RANGE_GROWS) != 0 && agrees(top, entry)) /* a stack that has grown */
        return (top & ~(uintptr_t)(RANGE_HEAD | RANGE_PROT)) | prot;
    bool anonymous = entry->name != MAPS_FILE && entry->name != MAPS_SEGMENT;
    if (entry->name == MAPS_SEGMENT) /* perhaps a piece of a larger one */
        tracker->tree.rests |= tree_rest_bit(SPACE_SHARED);
    return kinds[entry->name] | prot | RANGE_HEAD | (entry->shared ? RANGE_SHARED : 0) |
           (anonymous ? RANGE_ANONYMOUS : 0) | (entry->name == MAPS_STACK ? RANGE_GROWS : 0);
}

static void record_part(struct tracker *tracker, uintptr_t start, uintptr_t end,
                        const struct maps_entry *entry) {
    while (start < end) {
        struct range part = tree_find(&tracker->tree, start);
        uintptr_t part_end = smaller(part.end, end);
        if (!agrees(part.attributes, entry))
            tracker_set(tracker, start, part_end, guess(tracker, entry), 0);
        else if (range_prot(part.attributes) != entry->prot)
            tracker_protect(tracker, start, part_end, entry->prot);
        start = part_end;
    }
}

static void visit(void *context, const struct maps_entry *entry) {
    struct refresh *refresh = context;
    uintptr_t start = entry->start > refresh->next ? entry->start : refresh->next;
    uintptr_t end = smaller(entry->end, refresh->end);
    if (start < end) {
        tracker_unmapped(refresh->tracker, refresh->next, start);
        record_part(refresh->tracker, start, end, entry);
        refresh->next = end;
    }
}

void tracker_refresh(struct tracker *tracker, uintptr_t start, uintptr_t end) {
    struct refresh refresh = {tracker, start, smaller(end, TREE_END)};
    const struct arena_chunk *before = tracker->tree.arena.chunks;
    tracker->blind = !maps_read(start, end < TREE_END ? end : UINTPTR_MAX, visit, &refresh);
    if (!tracker->blind)
        tracker_unmapped(tracker, refresh.next, refresh.end);
    /* Node memory that was mapped while the list was read may not have been in it. */
    for (const struct arena_chunk *chunk = tracker->tree.arena.chunks; chunk != before;
         chunk = chunk->next)
        tracker_set_linker(tracker, (uintptr_t)chunk,
                           (uintptr_t)(arena_nodes(chunk) + chunk->nodes));
}

void tracker_doubt(struct tracker *tracker, uintptr_t start, uintptr_t end) {
    bool none = tracker->doubt_start >= tracker->doubt_end;
    if (start >= end)
        return;
    tracker->doubt_start = none || start < tracker->doubt_start ? start : tracker->doubt_start;
    tracker->doubt_end = none || end > tracker->doubt_end ? end : tracker->doubt_end;
}

void tracker_resolve(struct tracker *tracker) {
    if (tracker->doubt_start >= tracker->doubt_end)
        return;
    tracker_refresh(tracker, tracker->doubt_start, tracker->doubt_end);
    if (!tracker->blind)
        tracker->doubt_start = tracker->doubt_end = 0;
}

/* The lowest address above `start` that any node names. */
static uintptr_t next_bound(const struct tracker *broken, uintptr_t start) {
    uintptr_t next = TREE_END;
    for (const struct arena_chunk *chunk = broken->tree.arena.chunks; chunk; chunk = chunk->next) {
        for (size_t i = 0; i < chunk->nodes; ++i) {
            const struct node *node = arena_nodes(chunk) + i;
            for (uintptr_t slot = 0; slot < node->count && slot < LEAF_SLOTS; ++slot) {
                uintptr_t bound = node->word[slot] & ~(uintptr_t)RANGE_ATTRIBUTES;
                next = bound > start && bound < next ? bound : next;
            }
        }
    }
    return next;
}

/* Records the ranges of a node if it is a leaf: an inner node looks like one whose ranges are all
 * free. */
static void salvage_node(struct tracker *tracker, const struct tracker *broken,
                         const struct node *node, bool last) {
    uintptr_t count = node->count <= LEAF_SLOTS ? node->count : 0;
    for (uintptr_t slot = 0; slot < count; ++slot) {
        uintptr_t start = node->word[slot] & ~(uintptr_t)RANGE_ATTRIBUTES;
        uintptr_t attributes = node->word[slot] & RANGE_ATTRIBUTES;
        if (range_kind(attributes) == SPACE_FREE || last != (slot + 1 == count))
            continue;
        struct range there = tree_find(&tracker->tree, start);
        uintptr_t end = !last ? node->word[slot + 1] & ~(uintptr_t)RANGE_ATTRIBUTES
                        : range_is_claim(attributes) ? smaller(there.end, next_bound(broken, start))
                                                     : there.end;
        if (start < end && range_kind(there.attributes) == SPACE_FREE)
            tracker_set(tracker, start, end, attributes, node->word[LEAF_SLOTS + slot]);
    }
}

/* What was put into a hole last may be in no node yet. */
static void salvage_draft(struct tracker *tracker, struct range draft) {
    struct range there = tree_find(&tracker->tree, draft.start);
    if (draft.start < draft.end && draft.end <= there.end &&
        range_kind(there.attributes) == SPACE_FREE)
        tracker_set(tracker, draft.start, draft.end, draft.attributes, draft.origin);
}

/* Where the last range of a leaf ends is not in the leaf: it goes as far as there is room, and the
 * refresh cuts it back. Of claims the kernel knows nothing: they go on to where anything begins. */
void tracker_salvage(struct tracker *tracker, const struct tracker *broken) {
    salvage_draft(tracker, broken->tree.draft);
    for (int last = 0; last <= 1; ++last) {
        for (const struct arena_chunk *chunk = broken->tree.arena.chunks; chunk;
             chunk = chunk->next)
            for (size_t i = 0; i < chunk->nodes; ++i)
                salvage_node(tracker, broken, arena_nodes(chunk) + i, last != 0);
    }
    tracker->grows = broken->grows;
    tracker->tree.rests |= broken->tree.rests;
}
