/* Choosing addresses. Knows how a hole is searched and how the kernel is asked; does not know the
 * calls this is done for. */
#include "space/page.h"
#include "space/place.h"

#include "base/auxv.h"
#include "space/kernel.h"
#include "space/listed.h"
#include "base/system.h"

enum { ATTEMPTS = 4 };      /* before the kernel is left to choose */
enum { GUARD = 1 << 20 };   /* the kernel's stack_guard_gap */
enum { AROUND = 64 << 20 }; /* how far around a surprise the kernel's list is read */
enum { HUGE_ROOM = 2 << 20 };
enum { CANDIDATES = 32 }; /* holes among which the smallest is chosen */

/* A part of the address space, and how it is to be filled. */
struct search {
    uintptr_t low, high;
    size_t size, align, gap;
    bool top, best;
};

/* The end of the usable part of a hole: a stack above it may want to grow. */
static uintptr_t usable_end(struct tracker *tracker, const struct range *hole, uintptr_t high) {
    if (hole->end > high)
        return high;
    bool grows =
        tracker->grows && (tree_find(&tracker->tree, hole->end).attributes & RANGE_GROWS) != 0;
    return !grows ? hole->end : hole->end - hole->start > GUARD ? hole->end - GUARD : hole->start;
}

bool place_allows(struct tracker *tracker, uintptr_t start, uintptr_t end) {
    struct range range = tree_find(&tracker->tree, start);
    while (!range_is_mapped(range.attributes) && range.end < end)
        range = tree_find(&tracker->tree, range.end);
    return !range_is_mapped(range.attributes) && end <= usable_end(tracker, &range, range.end);
}

/* The best place so far, and the size of its hole within the search's part. */
struct found {
    uintptr_t address;
    size_t hole;
};

/* Where in the hole the request goes, if it fits, and how large the hole is. */
static bool fit(struct tracker *tracker, const struct range *hole, const struct search *search,
                struct found *found) {
    uintptr_t start = hole->start > search->low ? hole->start : search->low;
    uintptr_t end = usable_end(tracker, hole, search->high), mask = ~(search->align - 1);
    if (end < search->size)
        return false;
    uintptr_t lowest = (start + search->align - 1) & mask;
    if (end > lowest && end - lowest >= search->size + search->gap)
        lowest += search->gap;
    uintptr_t address = search->top ? (end - search->size) & mask : lowest;
    *found = (struct found){address, end - start};
    return address >= start && address < end && end - address >= search->size;
}

/* The first hole that is large enough, or the next one inwards after the one found before
 * (`after`): downwards one smaller than `below`, or the `left`-th. False: none within the limits.
 */
static bool next_hole(struct tracker *tracker, const struct search *search, bool after,
                      size_t below, unsigned *left, struct range *hole) {
    struct tree *tree = &tracker->tree;
    if (!search->top)
        return tree_free_above(tree, after ? hole->end : search->low, search->size, hole) &&
               hole->start < search->high;
    const struct range last = *hole;
    bool any = after ? tree_next_below(tree, &last, search->size, below, left, hole)
                     : tree_free_below(tree, search->high, search->size, hole);
    return any && hole->end > search->low;
}

/* The hole nearest to the end, or the smallest of the nearest (`best`), if it is smaller than what
 * was found elsewhere: to look at all would take longer the more there are. */
static void find_better(struct tracker *tracker, const struct search *search, struct found *best) {
    struct range hole = {0, 0, 0, 0};
    struct found here;
    unsigned left = search->low >= search->high ? 0 : search->best ? CANDIDATES : 1;
    for (bool after = false; left > 0 && best->hole > search->size; after = true) {
        if (!next_hole(tracker, search, after, best->hole, &left, &hole) || left == 0)
            break;
        if (!fit(tracker, &hole, search, &here))
            continue;
        --left;
        *best = here.hole < best->hole ? here : *best;
    }
}

static uintptr_t find(struct tracker *tracker, const struct search *search) {
    struct found best = {0, SIZE_MAX};
    find_better(tracker, search, &best);
    return best.address;
}

/* Where the guest's library would lose count of the block, it goes below the end of what is listed
 * or above. */
static uintptr_t find_beside(struct tracker *tracker, const struct search *search) {
    struct search lower = *search, upper = *search;
    lower.high = upper.low = listed.high;
    uintptr_t address = find(tracker, search->top ? &upper : &lower);
    return address != 0 ? address : find(tracker, search->top ? &lower : &upper);
}

static uintptr_t find_for_guest(struct tracker *tracker, const struct place_request *request,
                                const struct search *search) {
    uintptr_t address = find(tracker, search);
    return address == 0 || listed_allows(address, request->size, request->may_be_cut)
               ? address
               : find_beside(tracker, search);
}

static struct search search_of(const struct place_request *request, const struct policy_rule *rule,
                               const struct policy_zone *zone) {
    struct search search = {zone->low,    zone->high, request->size, PAGE,
                            request->gap, rule->top,  rule->best};
    search.align = rule->align > search.align ? rule->align : search.align;
    search.align = request->align > search.align ? request->align : search.align;
    search.low = request->low > search.low ? request->low : search.low;
    search.high = request->high != 0 && request->high < search.high ? request->high : search.high;
    return search;
}

/* Whether a late zone of the rule is left alone: those before it have room, and a large hole. */
static bool is_spared(struct tracker *tracker, const struct policy_rule *rule, unsigned index,
                      size_t size, const struct found *best) {
    size_t late = policy.zones[rule->zones[index]].late;
    bool spared = late != 0 && best->address != 0 && (late <= size || best->hole >= late);
    for (unsigned i = 0; late != 0 && best->address != 0 && i < index && !spared; ++i) {
        const struct policy_zone *zone = &policy.zones[rule->zones[i]];
        const struct search search = {zone->low, zone->high, late, PAGE, 0, rule->top, false};
        spared = find(tracker, &search) != 0;
    }
    return spared;
}

uintptr_t place_by_rule(struct tracker *tracker, const struct place_request *request,
                        const struct policy_rule *rule) {
    struct found best = {0, SIZE_MAX};
    for (unsigned i = 0; rule != NULL && i < rule->zone_count; ++i) {
        const struct policy_zone *zone = &policy.zones[rule->zones[i]];
        struct search search = search_of(request, rule, zone);
        if (is_spared(tracker, rule, i, request->size, &best))
            continue;
        if (request->kind == SPACE_GUEST)
            best.address = find_for_guest(tracker, request, &search);
        else
            find_better(tracker, &search, &best);
        if (best.address != 0 && !rule->together)
            break;
    }
    return best.address;
}

/* The end of what a process can use: the initial stack lies close below it. */
static uintptr_t user_end(void) {
    static const uint64_t ends[] = {0xc0000000, 0xffffe000, 0x7ffffffff000};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; ++i)
        if ((uintptr_t)process.stack < ends[i])
            return (uintptr_t)ends[i];
    return TREE_END;
}

uintptr_t place_within(struct tracker *tracker, const struct place_request *request, bool top) {
    uintptr_t end = user_end();
    const struct search search = {
        .low = request->low > PLACE_LOWEST ? request->low : PLACE_LOWEST,
        .high = request->high != 0 && request->high < end ? request->high : end,
        .size = request->size,
        .align = request->align > PAGE ? request->align : PAGE,
        .top = top,
    };
    return find(tracker, &search);
}

uintptr_t place_choose(struct tracker *tracker, const struct place_request *request) {
    return place_by_rule(tracker, request, policy_rule_for(&policy, request->kind, request->size));
}

bool place_learn(struct tracker *tracker, uintptr_t address, size_t size) {
    struct range hole = tree_find(&tracker->tree, address);
    uintptr_t end = address + size;
    uintptr_t low = address - hole.start > AROUND ? address - AROUND : hole.start;
    uintptr_t high = hole.end > end && hole.end - end > AROUND ? end + AROUND : hole.end;
    tracker_refresh(tracker, low, high > end ? high : end);
    bool surprising = tracker_is_free(tracker, address, end);
    if (tracker->blind && surprising)
        tracker_set(tracker, address, end, SPACE_KERNEL | RANGE_ANONYMOUS | RANGE_HEAD, 0);
    return tracker->blind || !surprising;
}

/* Whether the mapping can be given back and made elsewhere with nobody the wiser: the driver of a
 * shared file may do something about each. */
static bool is_movable(const struct place_mapping *mapping) {
    return (mapping->flags & MAP_TYPE) == MAP_PRIVATE || (mapping->flags & MAP_ANONYMOUS) != 0;
}

static void give_back(struct tracker *tracker, uintptr_t address, size_t size) {
    kernel_unmap(address, size);
    tracker_unmapped(tracker, address, address + size);
}

/* Another address, after one that was not to be had. Nothing may be there: then the kernel has huge
 * pages in mind, and takes a hint for a large file only if there is room for one behind it. */
static uintptr_t choose_other(struct tracker *tracker, const struct place_request *request,
                              bool taken) {
    struct place_request other = *request;
    other.size += taken ? 0 : HUGE_ROOM;
    return other.size > request->size || taken ? place_choose(tracker, &other) : 0;
}

/* What the kernel chose itself is taken, unless the policy forbids it (`only`); what it refused may
 * have been refused because of the address. */
static intptr_t settle(const struct place_request *request, const struct place_mapping *mapping,
                       uintptr_t address, intptr_t got, bool only) {
    if (address == 0)
        return only ? -E_NOMEM : place_ask(mapping, mapping->address);
    if (kernel_failed(got))
        return address == mapping->address ? got : place_ask(mapping, mapping->address);
    if (only && (uintptr_t)got != address) {
        kernel_unmap((uintptr_t)got, request->size);
        return -E_NOMEM;
    }
    return got;
}

intptr_t place_again(struct tracker *tracker, const struct place_request *request,
                     const struct place_mapping *mapping, uintptr_t address, intptr_t got) {
    const struct policy_rule *rule = policy_rule_for(&policy, request->kind, request->size);
    bool only = rule != NULL && rule->only;
    for (int i = 0; i < ATTEMPTS; ++i) {
        if (address == 0 || kernel_failed(got) || (uintptr_t)got == address)
            break;
        bool taken = place_learn(tracker, address, request->size);
        if (!only && (tracker->blind || !is_movable(mapping)))
            break;
        give_back(tracker, (uintptr_t)got, request->size);
        address = choose_other(tracker, request, taken);
        got = address != 0 ? place_ask(mapping, address) : 0;
    }
    return settle(request, mapping, address, got, only);
}

intptr_t place_map(struct tracker *tracker, const struct place_request *request,
                   const struct place_mapping *mapping) {
    uintptr_t address = place_choose(tracker, request);
    intptr_t got = address != 0 ? place_ask(mapping, address) : 0;
    return place_again(tracker, request, mapping, address, got);
}

intptr_t place_linker_memory(struct tracker *tracker, size_t size) {
    const struct place_request request = {.kind = SPACE_LINKER, .size = size};
    const struct place_mapping mapping = {
        0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0};
    return place_map(tracker, &request, &mapping);
}
