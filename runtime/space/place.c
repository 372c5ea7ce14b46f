/* Choosing addresses. Knows how a hole is searched and how the kernel is asked; does not know the
 * calls this is done for. */
#include "space/page.h"
#include "space/place.h"

#include "space/kernel.h"
#include "system.h"

enum { ATTEMPTS = 16 };   /* before the kernel is left to choose */
enum { GUARD = 1 << 20 }; /* the kernel's stack_guard_gap */

/* A part of the address space, and how it is to be filled. */
struct search {
    uintptr_t low, high;
    size_t size, align;
    bool top;
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
    struct range hole = tree_find(&tracker->tree, start);
    return range_kind(hole.attributes) == SPACE_FREE && end <= usable_end(tracker, &hole, hole.end);
}

/* Where in the hole the request goes, 0: it does not fit. */
static uintptr_t fit(struct tracker *tracker, const struct range *hole,
                     const struct search *search) {
    uintptr_t start = hole->start > search->low ? hole->start : search->low;
    uintptr_t end = usable_end(tracker, hole, search->high), mask = ~(search->align - 1);
    if (end < search->size)
        return 0;
    uintptr_t address =
        search->top ? (end - search->size) & mask : (start + search->align - 1) & mask;
    bool inside = address >= start && address < end && end - address >= search->size;
    return inside ? address : 0;
}

static uintptr_t search_top(struct tracker *tracker, const struct search *search) {
    struct range hole;
    for (uintptr_t limit = search->high;
         tree_free_below(&tracker->tree, limit, search->size, &hole) && hole.end > search->low;
         limit = hole.start) {
        uintptr_t address = fit(tracker, &hole, search);
        if (address != 0)
            return address;
    }
    return 0;
}

static uintptr_t search_bottom(struct tracker *tracker, const struct search *search) {
    struct range hole;
    for (uintptr_t start = search->low;
         tree_free_above(&tracker->tree, start, search->size, &hole) && hole.start < search->high;
         start = hole.end) {
        uintptr_t address = fit(tracker, &hole, search);
        if (address != 0)
            return address;
    }
    return 0;
}

static uintptr_t search_best(struct tracker *tracker, const struct search *search) {
    struct range hole;
    uintptr_t best = 0;
    size_t smallest = SIZE_MAX;
    for (uintptr_t start = search->low;
         tree_free_above(&tracker->tree, start, search->size, &hole) && hole.start < search->high;
         start = hole.end) {
        uintptr_t address = fit(tracker, &hole, search);
        if (address != 0 && hole.end - hole.start < smallest) {
            smallest = hole.end - hole.start;
            best = address;
            if (smallest == search->size)
                break;
        }
    }
    return best;
}

uintptr_t place_by_rule(struct tracker *tracker, const struct place_request *request,
                        const struct policy_rule *rule) {
    for (unsigned i = 0; rule != NULL && i < rule->zone_count; ++i) {
        const struct policy_zone *zone = &policy.zones[rule->zones[i]];
        struct search search = {zone->low, zone->high, request->size, PAGE, rule->top};
        search.align = rule->align > search.align ? rule->align : search.align;
        search.align = request->align > search.align ? request->align : search.align;
        search.low = request->low > search.low ? request->low : search.low;
        search.high =
            request->high != 0 && request->high < search.high ? request->high : search.high;
        uintptr_t address = search.low >= search.high ? 0
                            : rule->best              ? search_best(tracker, &search)
                            : rule->top               ? search_top(tracker, &search)
                                                      : search_bottom(tracker, &search);
        if (address != 0)
            return address;
    }
    return 0;
}

uintptr_t place_choose(struct tracker *tracker, const struct place_request *request) {
    return place_by_rule(tracker, request, policy_rule_for(&policy, request->kind, request->size));
}

/* Something is there that the tracker does not know. */
static void learn(struct tracker *tracker, uintptr_t address, size_t size) {
    tracker_refresh(tracker, address, address + size);
    if (tracker->blind)
        tracker_set(tracker, address, address + size, SPACE_KERNEL | RANGE_ANONYMOUS | RANGE_HEAD,
                    0);
}

/* Whether an error may be about the address we chose, so that another choice is worth a try. */
static bool may_be_ours(intptr_t error) {
    return error == -E_EXIST || error == -E_INVAL || error == -E_NOMEM || error == -E_PERM ||
           error == -E_OPNOTSUPP;
}

intptr_t place_again(struct tracker *tracker, const struct place_request *request,
                     const struct place_mapping *mapping, uintptr_t address, intptr_t got) {
    for (int i = 0; i < ATTEMPTS && address != 0; ++i) {
        if (!kernel_failed(got) && (uintptr_t)got != address) {
            /* Kernels before 4.17 take the address for a hint. */
            kernel_unmap((uintptr_t)got, request->size);
            got = -E_EXIST;
        }
        if (!kernel_failed(got) || !may_be_ours(got))
            return got;
        if (got != -E_EXIST)
            break;
        learn(tracker, address, request->size);
        address = place_choose(tracker, request);
        got = kernel_map(address, request->size, mapping->prot,
                         mapping->flags | (address != 0 ? MAP_FIXED_NOREPLACE : 0), mapping->fd,
                         mapping->offset);
    }
    const struct policy_rule *rule = policy_rule_for(&policy, request->kind, request->size);
    if (kernel_failed(got) && rule != NULL && rule->only)
        return got == -E_EXIST ? -E_NOMEM : got;
    /* As a hint the last address may still do: MAP_SHARED_VALIDATE knows no MAP_FIXED_NOREPLACE. */
    return kernel_failed(got) ? kernel_map(address, request->size, mapping->prot, mapping->flags,
                                           mapping->fd, mapping->offset)
                              : got;
}

intptr_t place_map(struct tracker *tracker, const struct place_request *request,
                   const struct place_mapping *mapping) {
    uintptr_t address = place_choose(tracker, request);
    intptr_t got = kernel_map(address, request->size, mapping->prot,
                              mapping->flags | (address != 0 ? MAP_FIXED_NOREPLACE : 0),
                              mapping->fd, mapping->offset);
    return place_again(tracker, request, mapping, address, got);
}

intptr_t place_linker_memory(struct tracker *tracker, size_t size) {
    const struct place_request request = {.kind = SPACE_LINKER, .size = size};
    const struct place_mapping mapping = {PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                                          0};
    return place_map(tracker, &request, &mapping);
}
