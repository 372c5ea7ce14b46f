/* The part of the guest's address space that is listed as kept and is not. Knows how wine's library
 * gives back and takes what it believes to be its own; where a block goes is others' business. */
#include "space/listed.h"

#include "space/guest.h"
#include "space/kernel.h"
#include "space/page.h"
#include "space/place.h"

struct listed listed;

void listed_begin(uintptr_t low, uintptr_t high) {
    listed = (struct listed){low, high, 0};
}

bool listed_concerns(const struct call_mapping *wanted) {
    return (wanted->flags & MAP_FIXED) != 0 && listed_is_used() && wanted->address % PAGE == 0 &&
           wanted->size <= TREE_END - wanted->address &&
           listed_touches(wanted->address, wanted->size);
}

/* What was mapped by others stays. A mapping that is known from the kernel's list alone, without
 * access, may be what was given back while nobody could look (section.h). */
static bool is_guests(const struct range *range) {
    enum space_kind kind = range_kind(range->attributes);
    return !range_is_mapped(range->attributes) || kind == SPACE_GUEST || kind == SPACE_RESERVED ||
           (range->origin == 0 && kind == SPACE_ANONYMOUS &&
            range_prot(range->attributes) == PROT_NONE);
}

static bool holds_others(struct tracker *tracker, uintptr_t start, uintptr_t end) {
    while (start < end) {
        struct range range = tree_find(&tracker->tree, start);
        if (!is_guests(&range))
            return true;
        start = range.end;
    }
    return false;
}

/* Gives back the listed part; the rest is kept, as the library means it. */
static int give_back(struct tracker *tracker, uintptr_t start, uintptr_t end) {
    uintptr_t low = start > listed.low ? start : listed.low;
    uintptr_t high = end < listed.high ? end : listed.high;
    int failed = kernel_unmap(low, high - low);
    if (failed != 0)
        return failed;
    tracker_unmapped(tracker, low, high);
    return guest_keep_again(tracker, start, low) && guest_keep_again(tracker, high, end) ? 1
                                                                                         : -E_NOMEM;
}

int listed_prepare(struct tracker *tracker, const struct call_mapping *wanted) {
    uintptr_t start = wanted->address, end = page_end(start, wanted->size);
    if (holds_others(tracker, start, end))
        return -E_EXIST;
    if (guest_kind(wanted) == SPACE_RESERVED)
        return give_back(tracker, start, end);
    if (guest_make_room(tracker, start, end))
        return 0;
    guest_leave_room(tracker, start, end);
    return -E_EXIST;
}

/* The lowest mapping of the guest in [start, end), or `end`. */
static uintptr_t lowest_of_guest(struct tracker *tracker, uintptr_t start, uintptr_t end) {
    while (start < end) {
        struct range range = tree_find(&tracker->tree, start);
        if (range_kind(range.attributes) == SPACE_GUEST)
            return start;
        start = range.end;
    }
    return end;
}

void listed_let_go(struct tracker *tracker, uintptr_t start, uintptr_t end) {
    if (!listed_touches(start, end - start) || !place_allows(tracker, start, end))
        return;
    start = start > listed.low ? start : listed.low;
    listed.stale = lowest_of_guest(tracker, start, listed.high);
    listed.high = start;
}
