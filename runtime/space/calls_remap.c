/* mremap in all its forms. Knows when a mapping has to move and what stays behind; does not know
 * why the caller wants it. */
#include "space/calls.h"

#include "glibc_identity.h"
#include "space/hooks.h"
#include "space/kernel.h"
#include "space/libc_errno.h"
#include "space/maps.h"
#include "space/page.h"
#include "space/place.h"
#include "space/policy.h"
#include "space/section.h"
#include "space/trace.h"
#include "base/system.h"

enum { ATTEMPTS = 8 };

struct remap {
    uintptr_t old;
    size_t old_size, new_size;   /* as given */
    size_t old_pages, new_pages; /* in bytes, whole pages */
    int flags;
    uintptr_t address;
};

static intptr_t as_asked(const struct remap *remap) {
    return kernel_remap(remap->old, remap->old_size, remap->new_size, remap->flags, remap->address);
}

/* Whether the kernel would choose an address, and the policy has a say in that. A move can be told
 * its target with MREMAP_FIXED alone, a flag that its maker did not give: so it is told only where
 * a guest's address space is to be spared, else only where the target is a hint. */
static bool has_to_move(struct tracker *tracker, const struct remap *remap) {
    bool hinted = (remap->flags & MREMAP_DONTUNMAP) != 0;
    if ((remap->flags & MREMAP_MAYMOVE) == 0 || (remap->flags & MREMAP_FIXED) != 0 ||
        (!hinted && policy.guest_library[0] == '\0') || remap->old % PAGE != 0 ||
        remap->new_pages == 0 || remap->old + remap->old_pages < remap->old)
        return false;
    uintptr_t end = remap->old + remap->old_pages;
    return remap->old_size == 0 || hinted ||
           (remap->new_pages > remap->old_pages &&
            !tracker_is_free(tracker, end, remap->old + remap->new_pages));
}

/* 0: the kernel shall choose. */
static uintptr_t choose(struct tracker *tracker, const struct remap *remap) {
    uintptr_t attributes = tree_find(&tracker->tree, remap->old).attributes;
    const struct place_request request = {.kind = range_kind(attributes), .size = remap->new_pages};
    bool chosen = range_is_mapped(attributes) && (attributes & RANGE_HUGE) == 0;
    return chosen ? place_choose(tracker, &request) : 0;
}

/* Takes hold of the target first: mremap itself would map over anything. 0: it was not to be had.
 */
static uintptr_t reserve_target(struct tracker *tracker, const struct remap *remap) {
    enum { FLAGS = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE };
    const struct place_mapping mapping = {0, remap->new_pages, PROT_NONE, FLAGS, -1, 0};
    uintptr_t address;
    for (int i = 0; i < ATTEMPTS && (address = choose(tracker, remap)) != 0; ++i) {
        intptr_t got = place_ask(&mapping, address);
        if ((uintptr_t)got == address)
            return address;
        if (kernel_failed(got))
            return 0;
        kernel_unmap((uintptr_t)got, remap->new_pages);
        if (!place_learn(tracker, address, remap->new_pages))
            return 0;
    }
    return 0;
}

/* With MREMAP_DONTUNMAP an address is a hint, though one that must not be nonsense. */
static intptr_t move_leaving(struct tracker *tracker, const struct remap *remap) {
    struct remap hinted = *remap;
    uintptr_t hint = remap->address, end = hint + remap->new_pages;
    bool nonsense = hint % PAGE != 0 || end < hint ||
                    (hint < remap->old + remap->old_pages && remap->old < end);
    if (hint == 0 || (!nonsense && !place_allows(tracker, hint, end)))
        hinted.address = choose(tracker, remap);
    intptr_t got = as_asked(&hinted);
    return kernel_failed(got) && hinted.address != remap->address ? as_asked(remap) : got;
}

/* Whether the kernel shows nothing but an inaccessible private mapping in the whole range. */
struct untouched {
    uintptr_t next;
    bool other;
};
static void look(void *context, const struct maps_entry *entry) {
    struct untouched *seen = context;
    seen->other |= entry->start > seen->next || entry->prot != PROT_NONE || entry->shared ||
                   entry->name != MAPS_ANONYMOUS;
    seen->next = entry->end;
}

/* Gives the target back, unless the call that failed has unmapped it: then somebody else may have
 * it. */
static void give_back(uintptr_t target, size_t size) {
    struct untouched seen = {target, false};
    if (maps_read(target, target + size, look, &seen) && !seen.other && seen.next >= target + size)
        kernel_unmap(target, size);
}

static intptr_t move(struct tracker *tracker, const struct remap *remap) {
    if ((remap->flags & MREMAP_DONTUNMAP) != 0)
        return move_leaving(tracker, remap);
    uintptr_t target = reserve_target(tracker, remap);
    if (target != 0) {
        intptr_t got = kernel_remap(remap->old, remap->old_size, remap->new_size,
                                    remap->flags | MREMAP_FIXED, target);
        if (!kernel_failed(got))
            return got;
        give_back(target, remap->new_pages);
    }
    return as_asked(remap);
}

/* What was added to the mapping's end is like its last page. */
static void record_growth(struct tracker *tracker, uintptr_t start, const struct remap *remap) {
    if (remap->new_pages > remap->old_pages) {
        uintptr_t end = start + remap->old_pages;
        uintptr_t last = remap->old_pages == 0 ? remap->old : end - PAGE;
        struct range range = tree_find(&tracker->tree, last);
        uintptr_t head = remap->old_pages == 0 ? RANGE_HEAD : 0;
        tracker_set(tracker, end, start + remap->new_pages,
                    (range.attributes & ~(uintptr_t)RANGE_HEAD) | head, range.origin);
    }
}

static void record(struct tracker *tracker, const struct remap *remap, uintptr_t got) {
    if (remap->old < tracker->doubt_end && tracker->doubt_start < remap->old + remap->old_pages)
        tracker_doubt(tracker, got, got + remap->new_pages); /* what is copied is in doubt */
    if (got != remap->old) {
        size_t kept = remap->old_pages < remap->new_pages ? remap->old_pages : remap->new_pages;
        tracker_copy(tracker, remap->old, kept, got);
        record_growth(tracker, got, remap);
        if ((remap->flags & MREMAP_DONTUNMAP) == 0)
            tracker_unmapped(tracker, remap->old, remap->old + remap->old_pages);
        return;
    }
    record_growth(tracker, got, remap);
    if (remap->new_pages < remap->old_pages)
        tracker_unmapped(tracker, got + remap->new_pages, got + remap->old_pages);
}

/* A call that failed has changed nothing, unless it named its target: that may be unmapped, and the
 * mapping cut to its new size. */
static void leave_in_doubt(struct tracker *tracker, const struct remap *remap) {
    if ((remap->flags & MREMAP_FIXED) == 0 || remap->old % PAGE != 0 || remap->address % PAGE != 0)
        return;
    tracker_doubt(tracker, remap->old, page_end(remap->old, remap->old_size));
    tracker_doubt(tracker, remap->address, page_end(remap->address, remap->new_size));
}

static void leave(struct section *section, const struct remap *remap, intptr_t got) {
    uintptr_t start = kernel_failed(got) ? page_down(remap->address) : (uintptr_t)got;
    section_touch(section, start, start + remap->new_pages);
    section_leave(section, page_down(remap->old), remap->old + remap->old_pages);
}

/* The last call that was refused as it was made, and left nothing in doubt: it will probably be
 * refused again. Only a guess: threads may write to it at once. old 0: none. */
static struct remap refused;

static inline bool was_refused(const struct remap *remap) {
    return remap->old == refused.old && remap->old_size == refused.old_size &&
           remap->new_size == refused.new_size && remap->flags == refused.flags &&
           remap->address == refused.address;
}

/* It was not: to be recorded after all. */
static __attribute__((noinline)) void record_late(const struct remap *remap, intptr_t got,
                                                  uint32_t turn) {
    struct section section;
    struct tracker *tracker = section_enter_late(&section, turn);
    refused.old = 0;
    if (tracker != NULL)
        record(tracker, remap, (uintptr_t)got);
    leave(&section, remap, got);
}

static __attribute__((noinline)) intptr_t remap_inside(const struct remap *remap,
                                                       uintptr_t caller) {
    struct section section;
    struct tracker *tracker = section_enter(&section);
    bool moves = tracker != NULL && has_to_move(tracker, remap);
    intptr_t got = moves ? move(tracker, remap) : as_asked(remap);
    if (tracker != NULL && kernel_failed(got))
        leave_in_doubt(tracker, remap);
    else if (tracker != NULL)
        record(tracker, remap, (uintptr_t)got);
    if (kernel_failed(got) && !moves && !trace_on && (remap->flags & MREMAP_FIXED) == 0)
        refused = *remap;
    if (trace_on)
        trace_remap(tracker, remap->old, remap->old_size, remap->new_size, remap->flags,
                    remap->address, caller, got);
    leave(&section, remap, got);
    return got;
}

/* Whether the kernel refuses it before anything is looked at: an odd address, or a target over what
 * is to be moved. */
static inline bool is_nonsense(const struct remap *remap) {
    uintptr_t end = remap->old + remap->old_pages, target_end = remap->address + remap->new_pages;
    bool overlap = (remap->flags & MREMAP_FIXED) != 0 && remap->old < target_end &&
                   remap->address < end && end > remap->old && target_end > remap->address;
    return overlap || remap->old % PAGE != 0;
}

static inline __attribute__((always_inline)) intptr_t remap_any(const struct remap *remap,
                                                                uintptr_t caller) {
    uint32_t turn;
    if (is_nonsense(remap))
        return as_asked(remap);
    if (!was_refused(remap) || !section_is_open(&turn))
        return remap_inside(remap, caller);
    intptr_t got = as_asked(remap);
    if (!kernel_failed(got))
        record_late(remap, got, turn);
    return got;
}

intptr_t call_remap(uintptr_t old, size_t old_size, size_t new_size, int flags, uintptr_t address,
                    uintptr_t caller) {
    const struct remap remap = {old,   old_size, new_size, page_up(old_size), page_up(new_size),
                                flags, address};
    return remap_any(&remap, caller);
}

void *hook_mremap(void *old, size_t old_size, size_t new_size, int flags, void *address) {
    const int known = MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP;
    if (GLIBC_CHECKS_REMAP_FLAGS && (flags & ~known) != 0)
        return (void *)return_errno(-E_INVAL);
    bool given = (flags & (MREMAP_FIXED | MREMAP_DONTUNMAP)) != 0;
    const struct remap remap = {(uintptr_t)old,
                                old_size,
                                new_size,
                                page_up(old_size),
                                page_up(new_size),
                                flags,
                                given ? (uintptr_t)address : 0};
    return (void *)return_errno(remap_any(&remap, (uintptr_t)__builtin_return_address(0)));
}
