/* The program break. Knows the two places it can be in; does not know malloc. */
#include "space/break.h"

#include "space/calls.h"
#include "space/hooks.h"
#include "space/kernel.h"
#include "space/libc_errno.h"
#include "space/page.h"
#include "space/place.h"
#include "space/section.h"
#include "space/trace.h"
#include "base/system.h"

/* Changed inside the gate only. [start, limit) is claimed in the tracker as far as it is not
 * mapped. */
static uintptr_t start, limit;
uintptr_t break_now;
static bool own;    /* not the kernel's */
static bool unseen; /* the C library moves it, past us */
static bool taken;  /* for good: the C library that stays leaves it to us */
static void **library_variable;
/* The last address that the kernel refused to move its break to: it will probably be refused again.
 * Only a guess. 0: none. */
static uintptr_t refused;

static void claim(struct tracker *tracker, uintptr_t from, uintptr_t to) {
    if (from < to)
        tracker_set(tracker, from, to, SPACE_RESERVED | RANGE_HEAD, (uintptr_t)&start);
}

bool break_claims(const struct range *range) {
    return range->origin == (uintptr_t)&start && range_is_claim(range->attributes);
}

/* The free part of [from, from + size). */
static uintptr_t room_end(struct tracker *tracker, uintptr_t from, size_t size) {
    struct range range = tree_find(&tracker->tree, from);
    uintptr_t end = from + size > from ? from + size : TREE_END;
    return range_kind(range.attributes) != SPACE_FREE ? from : range.end < end ? range.end : end;
}

uintptr_t break_find(void) {
    start = break_now = kernel_break(0);
    return start;
}

static void begin(struct tracker *tracker, bool moved) {
    if (moved) {
        const struct policy_zone *zone = &policy.zones[policy.break_zone];
        const struct place_request request = {
            .kind = SPACE_HEAP,
            .size = policy.break_size,
            .align = PAGE,
            .low = zone->low,
            .high = zone->high,
        };
        uintptr_t address = place_choose(tracker, &request);
        if (address != 0) {
            start = break_now = address;
            own = true;
        }
    }
    limit = room_end(tracker, page_up(break_now), policy.break_size);
    claim(tracker, page_up(break_now), limit);
}

void break_init(struct tracker *tracker) {
    begin(tracker, policy.break_moved);
}

/* By a hint: what somebody has mapped there in the meantime ends the room, as it does the kernel's
 * own. */
static bool map_more(uintptr_t from, uintptr_t to) {
    if (to > limit)
        return false;
    intptr_t got =
        kernel_map(from, to - from, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (!kernel_failed(got) && (uintptr_t)got != from)
        kernel_unmap((uintptr_t)got, to - from);
    return (uintptr_t)got == from;
}

/* Moves our own break; whether it could be moved. */
static bool move_own(uintptr_t wanted) {
    uintptr_t from = page_up(break_now), to = page_up(wanted);
    return wanted >= start && wanted <= limit &&
           (to > from ? map_more(from, to) : to == from || kernel_unmap(to, from - to) == 0);
}

static void move(struct tracker *tracker, uintptr_t wanted, uintptr_t caller) {
    uintptr_t from = page_up(break_now);
    if (!own) {
        break_now = kernel_break(wanted);
        refused = break_now < wanted ? wanted : 0;
    } else if (move_own(wanted)) {
        break_now = wanted;
    }
    uintptr_t to = page_up(break_now);
    if (to > from) {
        tracker_set(
            tracker, from, to,
            range_attributes(SPACE_BREAK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS) &
                ~(uintptr_t)RANGE_HEAD,
            0);
    } else if (to < from) {
        claim(tracker, to, from < limit ? from : limit);
        if (from > limit)
            tracker_unmapped(tracker, to > limit ? to : limit, from);
    }
    if (library_variable != NULL)
        *library_variable = (void *)break_now;
    if (trace_on && break_now == wanted)
        trace_range(tracker, TRACE_BREAK, start, break_now - start, caller, (intptr_t)break_now);
}

/* Where the break is before a call. */
static uintptr_t current(void) {
    if (unseen)
        break_now = kernel_break(0);
    return break_now;
}

/* Whether the kernel refuses again what it refused last, which needs no turn at the gate. If not,
 * the call is made once more, inside. */
static inline __attribute__((always_inline)) bool refused_again(uintptr_t wanted) {
    return wanted == refused && wanted != 0 && !unseen && !trace_on &&
           kernel_break(wanted) != wanted;
}

uintptr_t call_break(uintptr_t wanted, uintptr_t caller) {
    struct section section;
    if (refused_again(wanted))
        return __atomic_load_n(&break_now, __ATOMIC_RELAXED);
    struct tracker *tracker = section_enter(&section);
    uintptr_t before = current();
    if (tracker != NULL && wanted != 0 && wanted != break_now)
        move(tracker, wanted, caller);
    uintptr_t after = break_now;
    section_leave(&section, before < after ? before : after,
                  page_up(before < after ? after : before));
    return after;
}

void break_leave_to_library(void) {
    struct section section;
    struct tracker *tracker = section_enter_patiently(&section);
    if (!taken && !unseen) {
        if (limit > page_up(break_now))
            tracker_clear(tracker, page_up(break_now), limit);
        own = false;
        unseen = true;
        break_find();
        begin(tracker, false);
    }
    section_leave(&section, 0, 0);
}

bool break_is_served(void) {
    return !unseen;
}

void break_take(void) {
    taken = true;
}

void break_set_variable(void **variable) {
    if (taken)
        library_variable = variable;
}

/* libc learns the break when it asks for the first time. */
static void tell_first(uintptr_t now) {
    void *unknown = NULL;
    if (library_variable != NULL)
        (void)__atomic_compare_exchange_n(library_variable, &unknown, (void *)now, false,
                                          __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

/* Whose call of sbrk is being served; 0: nobody's. Another thread that calls brk meanwhile may be
 * taken for it, which changes nothing but what is told of the caller. */
static uintptr_t sbrk_caller;

/* Not inlined: who breaks on brk or writes over it (Open MPI and UCX do, to learn what memory goes)
 * sees the calls of sbrk too, as in libc.
 * A break that stays where it is, above what was asked for, counts as lowered: so it does in libc.
 */
__attribute__((noinline)) int hook_brk(void *address) {
    uintptr_t caller = __atomic_load_n(&sbrk_caller, __ATOMIC_RELAXED);
    if (caller == 0)
        caller = (uintptr_t)__builtin_return_address(0);
    uintptr_t after = call_break((uintptr_t)address, caller);
    tell_first(after);
    return (int)return_errno_to(caller, after < (uintptr_t)address ? -E_NOMEM : 0);
}

void *hook_sbrk(intptr_t increment) {
    uintptr_t before = unseen ? kernel_break(0) : __atomic_load_n(&break_now, __ATOMIC_RELAXED);
    uintptr_t wanted = before + (uintptr_t)increment;
    if (increment == 0) { /* a question, to be answered by one word */
        tell_first(before);
        return (void *)before;
    }
    if (increment > 0 ? wanted < before : wanted > before)
        return (void *)return_errno(-E_NOMEM);
    __atomic_store_n(&sbrk_caller, (uintptr_t)__builtin_return_address(0), __ATOMIC_RELAXED);
    int result = hook_brk((void *)wanted);
    __atomic_store_n(&sbrk_caller, 0, __ATOMIC_RELAXED);
    return result < 0 ? (void *)UINTPTR_MAX : (void *)before;
}
