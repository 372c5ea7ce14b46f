/* The public interface, include/wine-ld.h: memory within limits. Knows what a request may ask for;
 * how a hole is searched is in place.c. */
#include "arch.h"
#include "space/calls.h"
#include "space/guest.h"
#include "space/hooks.h"
#include "space/kernel.h"
#include "space/page.h"
#include "space/place.h"
#include "space/query.h"
#include "space/section.h"
#include "space/trace.h"
#include "base/system.h"
#include "base/text.h"

enum { FLAGS = MAP_PRIVATE | MAP_ANONYMOUS };

static bool is_sound(const struct wine_ld_request *wanted) {
    return wanted->size != 0 && (wanted->align & (wanted->align - 1)) == 0 &&
           wanted->direction <= WINE_LD_HIGHEST &&
           (wanted->kind == 0 || wanted->kind == WINE_LD_ANONYMOUS ||
            wanted->kind == WINE_LD_GUEST);
}

/* A library that does not know this interface maps as much more for the guest as the alignment may
 * take: the sizes in rules for the guest mean that. */
static uintptr_t choose(struct tracker *tracker, const struct place_request *request,
                        uint32_t direction) {
    size_t size = request->size + (request->kind == SPACE_GUEST ? request->align : 0);
    const struct policy_rule *rule = policy_rule_for(&policy, request->kind, size);
    uintptr_t address = direction == WINE_LD_BY_POLICY ? place_by_rule(tracker, request, rule) : 0;
    return address != 0 ? address : place_within(tracker, request, direction == WINE_LD_HIGHEST);
}

static intptr_t map_where_chosen(struct tracker *tracker, const struct place_request *request,
                                 uint32_t direction, const struct place_mapping *mapping) {
    enum { ATTEMPTS = 64 }; /* each learns of a mapping that was not known */
    uintptr_t address;
    for (int i = 0; i < ATTEMPTS && (address = choose(tracker, request, direction)) != 0; ++i) {
        intptr_t got = place_ask(mapping, address);
        if (kernel_failed(got) || (uintptr_t)got == address)
            return got;
        kernel_unmap((uintptr_t)got, request->size);
        place_learn(tracker, address, request->size);
    }
    return -E_NOMEM;
}

/* Without limits the kernel has a word in it, as in every other mapping. */
static intptr_t map_anywhere(struct tracker *tracker, const struct place_request *request,
                             const struct place_mapping *mapping) {
    intptr_t got = place_map(tracker, request, mapping);
    if (kernel_failed(got) || (uintptr_t)got % request->align == 0)
        return got;
    kernel_unmap((uintptr_t)got, request->size);
    return map_where_chosen(tracker, request, WINE_LD_LOWEST, mapping);
}

static intptr_t map_over_claims(struct tracker *tracker, const struct place_request *request,
                                const struct place_mapping *mapping) {
    uintptr_t room = guest_room(tracker, request);
    if (room == 0)
        return -E_NOMEM;
    intptr_t got =
        kernel_map(room, request->size, mapping->prot, mapping->flags | MAP_FIXED, -1, 0);
    if (kernel_failed(got))
        guest_leave_room(tracker, room, room + request->size);
    return got;
}

static intptr_t map_request(struct tracker *tracker, const struct place_request *request,
                            uint32_t direction, int prot) {
    const struct place_mapping mapping = {0, request->size, prot, FLAGS, -1, 0};
    bool limited = request->low != 0 || request->high != 0;
    if (direction == WINE_LD_BY_POLICY && !limited && request->kind != SPACE_GUEST)
        return map_anywhere(tracker, request, &mapping);
    intptr_t got = map_where_chosen(tracker, request, direction, &mapping);
    bool claims = got == -E_NOMEM && request->kind == SPACE_GUEST;
    return claims ? map_over_claims(tracker, request, &mapping) : got;
}

static void *map_for(const struct wine_ld_request *wanted, uintptr_t caller) {
    struct section section;
    struct tracker *tracker = section_enter(&section);
    const struct place_request request = {
        .kind = wanted->kind == WINE_LD_GUEST ? SPACE_GUEST : SPACE_ANONYMOUS,
        .size = page_up(wanted->size),
        .align = wanted->align > PAGE ? wanted->align : PAGE,
        .low = wanted->low,
        .high = wanted->high,
        .may_be_cut = guest_may_cut((int)wanted->protection, wanted->size),
    };
    int prot = (int)wanted->protection;
    intptr_t got = !is_sound(wanted)         ? -E_INVAL
                   : tracker == NULL         ? -E_AGAIN
                   : wanted->size > TREE_END ? -E_NOMEM
                                             : 0;
    if (got == 0)
        got = map_request(tracker, &request, wanted->direction, prot);
    uintptr_t start = kernel_failed(got) ? 0 : (uintptr_t)got;
    if (start != 0)
        tracker_set(tracker, start, start + request.size,
                    range_attributes(request.kind, prot, FLAGS), caller);
    if (trace_on) {
        const struct call_mapping call = {0, request.size, prot, FLAGS, -1, 0, caller};
        trace_map(tracker, &call, &request, got);
    }
    section_leave(&section, start, start + request.size);
    if (start == 0)
        with_errno((uintptr_t)__builtin_return_address(0), got);
    return (void *)start;
}

EXPORT void *wine_ld_allocate(const void *low, const void *high, size_t size, size_t align,
                              int protection) {
    bool limited = low != NULL || high != NULL;
    const struct wine_ld_request request = {
        .size = size,
        .align = align,
        .low = (uintptr_t)low,
        .high = (uintptr_t)high,
        .direction = limited ? WINE_LD_LOWEST : WINE_LD_BY_POLICY,
        .protection = (uint32_t)protection,
    };
    return map_for(&request, (uintptr_t)__builtin_return_address(0));
}

EXPORT void *wine_ld_map(const struct wine_ld_request *request, size_t size) {
    struct wine_ld_request known = {.size = 0};
    memcpy(&known, request, size < sizeof known ? size : sizeof known);
    return map_for(&known, (uintptr_t)__builtin_return_address(0));
}
