/* The public interface, include/wine-ld.h: free space, and taking it out of use. Memory is mapped
 * in query_map.c. */
#include "arch.h"
#include "space/calls.h"
#include "space/hooks.h"
#include "space/kernel.h"
#include "space/page.h"
#include "space/place.h"
#include "space/query.h"
#include "space/section.h"
#include "base/system.h"
#include "base/text.h"

/* The part of a free range within limits, from a multiple of `align` on. */
static struct range clip(const struct range *hole, uintptr_t low, uintptr_t high, size_t align) {
    uintptr_t start = hole->start > low ? hole->start : low,
              end = hole->end < high ? hole->end : high;
    start = (start + align - 1) & ~(uintptr_t)(align - 1);
    return (struct range){start, end > start ? end : start, 0, 0};
}

static struct range largest(struct tracker *tracker, uintptr_t low, uintptr_t high, size_t align) {
    struct range hole, best = {0, 0, 0, 0};
    tracker_resolve(tracker);
    low = low > PLACE_LOWEST ? low : PLACE_LOWEST;
    for (uintptr_t at = low;
         tree_free_above(&tracker->tree, at, best.end - best.start + PAGE, &hole) &&
         hole.start < high;
         at = hole.end) {
        struct range part = clip(&hole, low, high, align);
        best = part.end - part.start > best.end - best.start ? part : best;
    }
    return best;
}

EXPORT void *wine_ld_largest_free(const void *low, const void *high, size_t align, size_t *size) {
    struct section section;
    struct tracker *tracker = section_enter(&section);
    struct range best = {0, 0, 0, 0};
    if (tracker != NULL)
        best = largest(tracker, (uintptr_t)low, (uintptr_t)high, align > PAGE ? align : PAGE);
    section_leave(&section, 0, 0);
    *size = best.end - best.start;
    return *size != 0 ? (void *)best.start : NULL;
}

EXPORT int wine_ld_reserve(void *address, size_t size) {
    const struct call_mapping wanted = {
        (uintptr_t)address, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0, 0,
    };
    intptr_t got = call_map(&wanted);
    if (!kernel_failed(got) && got != (intptr_t)address) {
        call_unmap((uintptr_t)got, size, 0);
        got = (uintptr_t)address % PAGE != 0 ? -E_INVAL : -E_EXIST;
    }
    if (kernel_failed(got))
        return (int)with_errno((uintptr_t)__builtin_return_address(0), got);
    struct section section;
    struct tracker *tracker = section_enter(&section);
    uintptr_t end = (uintptr_t)address + page_up(size);
    if (tracker != NULL)
        tracker_set(tracker, (uintptr_t)address, end, SPACE_RESERVED | RANGE_ANONYMOUS | RANGE_HEAD,
                    0);
    section_leave(&section, (uintptr_t)address, end);
    return 0;
}

/* Whether any part of [start, end) is a reservation still. */
static bool is_reserved(struct tracker *tracker, uintptr_t start, uintptr_t end) {
    while (start < end) {
        struct range range = tree_find(&tracker->tree, start);
        if (range_kind(range.attributes) == SPACE_RESERVED && !range_is_claim(range.attributes))
            return true;
        start = range.end;
    }
    return false;
}

EXPORT int wine_ld_release(void *address, size_t size) {
    struct section section;
    uintptr_t start = (uintptr_t)address, end = page_end(start, size);
    struct tracker *tracker = section_enter(&section);
    int result = tracker == NULL ? -E_AGAIN : !is_reserved(tracker, start, end) ? -E_INVAL : 0;
    section_leave(&section, 0, 0);
    return (int)with_errno((uintptr_t)__builtin_return_address(0),
                           result != 0 ? result : call_unmap(start, size, 0));
}

static uintptr_t lowest_zone(void) {
    uintptr_t low = policy.zone_count == 0 ? PLACE_LOWEST : TREE_END;
    for (unsigned i = 0; i < policy.zone_count; ++i)
        low = policy.zones[i].low < low ? policy.zones[i].low : low;
    return low;
}

static uintptr_t highest_zone(void) {
    uintptr_t high = policy.zone_count == 0 ? (uintptr_t)INTPTR_MAX : 0;
    for (unsigned i = 0; i < policy.zone_count; ++i)
        high = policy.zones[i].high > high ? policy.zones[i].high : high;
    return high;
}

static void count(struct tracker *tracker, struct wine_ld_statistics *result) {
    uintptr_t low = lowest_zone(), high = highest_zone();
    tracker_resolve(tracker);
    for (uintptr_t address = 0; address < TREE_END;) {
        struct range range = tree_find(&tracker->tree, address);
        if (range_is_mapped(range.attributes)) {
            ++result->mappings;
            result->mapped_bytes += range.end - range.start;
        } else if (range_kind(range.attributes) == SPACE_FREE) {
            struct range part = clip(&range, low, high, PAGE);
            size_t size = part.end - part.start;
            result->total_free += size;
            result->largest_free = size > result->largest_free ? size : result->largest_free;
        }
        address = range.end;
    }
    result->tracker_bytes = tree_nodes(&tracker->tree) * sizeof(struct node);
    result->gate_forced = section_forced();
}

EXPORT int wine_ld_statistics(struct wine_ld_statistics *statistics, size_t size) {
    struct section section;
    struct tracker *tracker = section_enter(&section);
    struct wine_ld_statistics result = {.mappings = 0};
    if (tracker != NULL)
        count(tracker, &result);
    section_leave(&section, 0, 0);
    memcpy(statistics, &result, size < sizeof result ? size : sizeof result);
    return tracker != NULL ? 0 : -1;
}
