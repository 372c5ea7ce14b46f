/* mmap and munmap. Knows what the kernel does with each argument; how an address is chosen and how
 * a call enters and leaves is others' business. */
#include "space/calls.h"

#include "space/guest.h"
#include "space/hooks.h"
#include "space/kernel.h"
#include "space/libc_errno.h"
#include "space/listed.h"
#include "space/note.h"
#include "space/page.h"
#include "space/place.h"
#include "space/section.h"
#include "space/trace.h"
#include "base/system.h"

enum { LIBRARIES = 4 };

static struct {
    uintptr_t start, end;
} libraries[LIBRARIES];
static unsigned library_count;

void call_set_library(uintptr_t start, uintptr_t end) {
    if (library_count < LIBRARIES) {
        libraries[library_count].start = start;
        libraries[library_count++].end = end;
    }
}

static bool called_by_library(uintptr_t caller) {
    for (unsigned i = 0; i < library_count; ++i)
        if (caller >= libraries[i].start && caller < libraries[i].end)
            return true;
    return false;
}

static enum space_kind kind_of(const struct call_mapping *wanted, bool for_guest) {
    bool shared = (wanted->flags & MAP_TYPE) != MAP_PRIVATE;
    return for_guest                          ? guest_kind(wanted)
           : (wanted->flags & MAP_STACK) != 0 ? SPACE_STACK
           : (wanted->flags & MAP_ANONYMOUS) == 0
               ? shared && guest_is_device(wanted->fd) ? SPACE_DEVICE : SPACE_FILE
           : shared                            ? SPACE_SHARED
           : called_by_library(wanted->caller) ? SPACE_HEAP
                                               : SPACE_ANONYMOUS;
}

/* Bytes of a huge page as the flags ask for it. */
static size_t huge_page(int flags) {
    unsigned shift = (unsigned)flags >> MAP_HUGE_SHIFT & MAP_HUGE_MASK;
    return (size_t)1 << (shift >= 12 && shift < 8 * sizeof(size_t) - 1 ? shift : 21);
}

/* How much the kernel maps. */
static size_t mapped_size(const struct call_mapping *wanted) {
    size_t unit = (wanted->flags & MAP_HUGETLB) != 0 ? huge_page(wanted->flags) : PAGE;
    return (wanted->size + unit - 1) & ~(unit - 1);
}

static struct place_request request_for(const struct call_mapping *wanted, bool for_guest) {
    bool low = (wanted->flags & MAP_32BIT) != 0 && sizeof(uintptr_t) > 4;
    return (struct place_request){
        .kind = kind_of(wanted, for_guest),
        .size = mapped_size(wanted),
        .align = (wanted->flags & MAP_HUGETLB) != 0 ? huge_page(wanted->flags) : PAGE,
        .high = low ? (uintptr_t)INT32_MAX + 1 : 0,
        .may_be_cut = for_guest && guest_may_cut(wanted->prot, wanted->size),
        .gap = for_guest ? guest_gap(wanted->prot, mapped_size(wanted)) : 0,
    };
}

/* What the kernel is asked first. */
struct attempt {
    uintptr_t address;
    int flags;
    bool ours; /* the address is our choice, or a hint that we believe can be had */
    bool free; /* and lies in free space */
    bool hopeless;
};

static bool names_address(const struct call_mapping *wanted) {
    return (wanted->flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) != 0;
}

/* There is no free hole for the guest. What the kernel would give instead it could not use. */
static struct attempt guest_attempt(struct tracker *tracker, const struct call_mapping *wanted,
                                    const struct place_request *request,
                                    const struct policy_rule *rule) {
    uintptr_t room = guest_room(tracker, request);
    return room != 0 ? (struct attempt){room, wanted->flags | MAP_FIXED, true, false, false}
           : rule != NULL && rule->only ? (struct attempt){0, wanted->flags, false, false, true}
                                        : (struct attempt){0, wanted->flags, false, false, false};
}

/* Whether the kernel may honour the caller's hint. */
static bool hint_is_open(struct tracker *tracker, uintptr_t hint, size_t size) {
    return hint != 0 && hint + size >= hint && hint + size <= TREE_END &&
           place_allows(tracker, hint, hint + size);
}

static struct attempt first_attempt(struct tracker *tracker, const struct call_mapping *wanted,
                                    const struct place_request *request, bool for_guest) {
    struct attempt as_asked = {wanted->address, wanted->flags, false, false, false};
    size_t size = request->size;
    bool hopeless = size < wanted->size || size == 0 || size > TREE_END;
    bool raised = wanted->address != 0 && wanted->address < PLACE_LOWEST; /* by the kernel */
    if (tracker == NULL || names_address(wanted) || hopeless || raised)
        return as_asked;
    const struct policy_rule *rule = policy_rule_for(&policy, request->kind, size);
    if (rule != NULL && rule->over)
        return guest_attempt(tracker, wanted, request, rule);
    uintptr_t address = page_down(wanted->address);
    if (hint_is_open(tracker, address, size))
        return (struct attempt){address, wanted->flags, true,
                                tracker_is_free(tracker, address, address + size), false};
    address = place_by_rule(tracker, request, rule);
    if (address == 0 && for_guest)
        return guest_attempt(tracker, wanted, request, rule);
    return address == 0 ? as_asked : (struct attempt){address, wanted->flags, true, true, false};
}

/* The first address was not to be had: the policy names others, at last the kernel does. */
static intptr_t map_elsewhere(struct tracker *tracker, const struct call_mapping *wanted,
                              const struct place_request *request, uintptr_t refused,
                              intptr_t got) {
    const struct place_mapping mapping = {wanted->address, wanted->size, wanted->prot,
                                          wanted->flags,   wanted->fd,   wanted->offset};
    if (request->kind == SPACE_GUEST)
        guest_leave_room(tracker, refused, refused + request->size);
    return place_again(tracker, request, &mapping, refused, got);
}

/* The last call that was refused as it was made. Who makes it again will probably be refused again,
 * and should not pay for it. Only a guess: threads may write to it at once. size 0: none. */
static struct call_mapping last_refused;

static inline bool was_refused(const struct call_mapping *wanted) {
    return wanted->size == last_refused.size && wanted->address == last_refused.address &&
           wanted->prot == last_refused.prot && wanted->flags == last_refused.flags &&
           wanted->fd == last_refused.fd && wanted->offset == last_refused.offset;
}

/* Not where it was not the kernel that refused, nor where it may have unmapped something first. */
static void expect_refusal(const struct call_mapping *wanted, const struct place_request *request,
                           bool for_guest) {
    const struct policy_rule *rule = policy_rule_for(&policy, request->kind, request->size);
    bool forbidden = rule != NULL && rule->only;
    if (!for_guest && !forbidden && !trace_on && (wanted->flags & MAP_FIXED) == 0)
        last_refused = *wanted;
}

/* The caller's own address was refused: what was there may be gone, or something is there that we
 * did not know. */
static void learn_refusal(struct tracker *tracker, const struct call_mapping *wanted,
                          const struct place_request *request, intptr_t got, bool for_guest) {
    uintptr_t end = wanted->address + request->size;
    bool sound = wanted->address % PAGE == 0 && end > wanted->address && end <= TREE_END;
    if (sound && (wanted->flags & MAP_FIXED_NOREPLACE) != 0) {
        if (got == -E_EXIST && tracker_is_free(tracker, wanted->address, end))
            place_learn(tracker, wanted->address, request->size);
    } else if (sound && names_address(wanted)) {
        tracker_doubt(tracker, wanted->address, end);
    }
    expect_refusal(wanted, request, for_guest);
}

/* Whether the arguments are those of the last call, and decide alone what it gets: no address, no
 * file, not for the guest. */
static bool repeats(const struct tracker *tracker, const struct call_mapping *wanted) {
    const struct tracker_choice *last = &tracker->choice;
    return wanted->size == last->size && wanted->flags == last->flags &&
           wanted->prot == last->prot && wanted->caller == last->range.origin &&
           wanted->address == 0 && last->range.end != 0 && tree_is_unchanged(&tracker->tree);
}

/* A mapping where the policy, or the caller's hint, wanted it first: in free space. */
static void record_choice(struct tracker *tracker, const struct call_mapping *wanted,
                          const struct range *range, bool for_guest) {
    if (wanted->address == 0 && (wanted->flags & MAP_ANONYMOUS) != 0 && !for_guest) {
        tracker->choice =
            (struct tracker_choice){*range, wanted->size, wanted->prot, wanted->flags};
        tracker->tree.changed = false;
    }
    tracker_put(tracker, range);
}

static void record(struct tracker *tracker, const struct call_mapping *wanted,
                   const struct place_request *request, uintptr_t address, bool as_chosen,
                   bool for_guest) {
    struct range range = {address, address + request->size,
                          range_attributes(request->kind, wanted->prot, wanted->flags),
                          wanted->caller};
    tracker->grows |= (wanted->flags & MAP_GROWSDOWN) != 0;
    if (as_chosen)
        record_choice(tracker, wanted, &range, for_guest);
    else
        tracker_set(tracker, range.start, range.end, range.attributes, range.origin);
    if (for_guest && guest_saw_file(tracker, wanted))
        tracker->choice.range.end = 0; /* another policy counts from now on */
}

/* The first address was asked for, and the kernel answered. */
static intptr_t finish(struct section *section, const struct call_mapping *wanted,
                       const struct place_request *request, const struct attempt *attempt,
                       intptr_t got, bool for_guest) {
    struct tracker *tracker = section->tracker;
    bool refused = attempt->ours && (uintptr_t)got != attempt->address;
    bool as_chosen = attempt->free && !refused;
    if (refused)
        got = map_elsewhere(tracker, wanted, request, attempt->address, got);
    if (tracker != NULL && !kernel_failed(got))
        record(tracker, wanted, request, (uintptr_t)got, as_chosen, for_guest);
    else if (tracker != NULL)
        learn_refusal(tracker, wanted, request, got, for_guest);
    if (trace_on)
        trace_map(tracker, wanted, request, got);
    uintptr_t start = page_down(kernel_failed(got) ? wanted->address : (uintptr_t)got);
    section_leave(section, start, page_end(start, request->size));
    return got;
}

static intptr_t map_anew(struct section *section, const struct call_mapping *wanted,
                         bool for_guest) {
    const struct place_request request = request_for(wanted, for_guest);
    struct attempt attempt = first_attempt(section->tracker, wanted, &request, for_guest);
    intptr_t got = attempt.hopeless ? -E_NOMEM
                                    : kernel_map(attempt.address, wanted->size, wanted->prot,
                                                 attempt.flags, wanted->fd, wanted->offset);
    return finish(section, wanted, &request, &attempt, got, for_guest);
}

/* The kernel has something there. */
static intptr_t map_again_elsewhere(struct section *section, const struct call_mapping *wanted,
                                    uintptr_t refused, intptr_t got) {
    const struct place_request request = request_for(wanted, false);
    const struct attempt attempt = {refused, wanted->flags, true, true, false};
    section->tracker->choice.range.end = 0;
    return finish(section, wanted, &request, &attempt, got, false);
}

/* What is mapped and unmapped again and again gets the same address without a search. */
static intptr_t map_again(struct section *section, const struct call_mapping *wanted) {
    struct tracker *tracker = section->tracker;
    struct range range = tracker->choice.range;
    intptr_t got = kernel_map(range.start, wanted->size, wanted->prot, wanted->flags, wanted->fd,
                              wanted->offset);
    if ((uintptr_t)got != range.start)
        return map_again_elsewhere(section, wanted, range.start, got);
    tracker_put(tracker, &range);
    section_leave(section, range.start, range.end);
    return got;
}

/* A call that was made outside the gate was not refused. */
static __attribute__((noinline)) void record_late(const struct call_mapping *wanted, intptr_t got,
                                                  uint32_t turn) {
    struct section section;
    struct tracker *tracker = section_enter_late(&section, turn);
    const struct place_request request = request_for(wanted, false);
    last_refused.size = 0;
    if (tracker != NULL)
        record(tracker, wanted, &request, (uintptr_t)got, false, false);
    section_leave(&section, (uintptr_t)got, page_end((uintptr_t)got, request.size));
}

/* The guest's library maps over what it believes to be kept for it. */
static intptr_t map_listed(struct section *section, const struct call_mapping *wanted) {
    int prepared = listed_prepare(section->tracker, wanted);
    if (prepared == 0)
        return map_anew(section, wanted, true);
    if (trace_on)
        trace_range(section->tracker, TRACE_UNMAP, wanted->address, wanted->size, 0,
                    prepared < 0 ? prepared : 0);
    section_leave(section, wanted->address, page_end(wanted->address, wanted->size));
    return prepared < 0 ? prepared : (intptr_t)wanted->address;
}

static __attribute__((noinline)) intptr_t map_inside(const struct call_mapping *wanted,
                                                     bool for_guest) {
    struct section section;
    if (for_guest && guest_is_refused(wanted))
        return -E_EXIST;
    struct tracker *tracker = section_enter(&section);
    if (for_guest && tracker != NULL && listed_concerns(wanted))
        return map_listed(&section, wanted);
    return tracker == NULL || trace_on || !repeats(tracker, wanted)
               ? map_anew(&section, wanted, for_guest)
               : map_again(&section, wanted);
}

static inline __attribute__((always_inline)) intptr_t map_any(const struct call_mapping *wanted) {
    uint32_t turn = 0;
    bool for_guest = guest_calls(wanted->caller);
    bool refused = !for_guest && was_refused(wanted) && section_is_open(&turn);
    if (wanted->size != 0 && !refused)
        return map_inside(wanted, for_guest);
    /* Of no size: refused before anything is looked at. */
    intptr_t got = kernel_map(wanted->address, wanted->size, wanted->prot, wanted->flags,
                              wanted->fd, wanted->offset);
    if (!kernel_failed(got))
        record_late(wanted, got, turn);
    return got;
}

intptr_t call_map(const struct call_mapping *wanted) {
    return map_any(wanted);
}

/* The last call of munmap that found nothing finds nothing still. Whether the call could be made
 * outside the gate. */
static inline __attribute__((always_inline)) bool unmaps_in_vain(uintptr_t address, size_t size,
                                                                 uint32_t *turn) {
    const struct gate_guess *vain = &gate.unmapped;
    return section_is_open(turn) && address == vain->address && size == vain->size &&
           section_guess_holds(vain, *turn) && !trace_on;
}

static __attribute__((noinline)) int unmap_inside(uintptr_t address, size_t size,
                                                  uintptr_t caller) {
    struct section section;
    struct tracker *tracker = section_enter(&section);
    uintptr_t end = page_end(address, size);
    if (tracker != NULL && guest_calls(caller) && listed_touches(address, size))
        listed_let_go(tracker, address, end);
    int result = kernel_unmap(address, size);
    if (tracker != NULL && result == 0 && !tracker_unmapped(tracker, address, end))
        section_guess(&section, &gate.unmapped,
                      &(struct gate_guess){.address = address, .size = size});
    if (__builtin_expect(trace_on, 0))
        trace_range(tracker, TRACE_UNMAP, address, size, 0, result);
    section_leave(&section, address, end);
    return result;
}

static inline __attribute__((always_inline)) int unmap(uintptr_t address, size_t size,
                                                       uintptr_t caller) {
    uint32_t turn;
    bool odd = address % PAGE != 0; /* refused before anything is looked at */
    if (!odd && !unmaps_in_vain(address, size, &turn))
        return unmap_inside(address, size, caller);
    int result = kernel_unmap(address, size);
    if (!odd && gate.serial != turn) { /* somebody came: it may have been his */
        note_begin();
        note_end(address, page_end(address, size));
    }
    return result;
}

int call_unmap(uintptr_t address, size_t size, uintptr_t caller) {
    return unmap(address, size, caller);
}

/* Not inlined: a breakpoint on mmap has to see the calls of mmap64, as where both are one. */
__attribute__((noinline)) void *hook_mmap(void *address, size_t size, int prot, int flags, int fd,
                                          long offset) {
    const struct call_mapping wanted = {(uintptr_t)address,
                                        size,
                                        prot,
                                        flags,
                                        fd,
                                        (unsigned long)offset,
                                        (uintptr_t)__builtin_return_address(0)};
    return (void *)return_errno(map_any(&wanted));
}

void *hook_mmap64(void *address, size_t size, int prot, int flags, int fd, int64_t offset) {
    if (sizeof(long) == sizeof offset)
        return hook_mmap(address, size, prot, flags, fd, (long)offset);
    const struct call_mapping wanted = {(uintptr_t)address,
                                        size,
                                        prot,
                                        flags,
                                        fd,
                                        (uint64_t)offset,
                                        (uintptr_t)__builtin_return_address(0)};
    return (void *)return_errno(map_any(&wanted));
}

int hook_munmap(void *address, size_t size) {
    uintptr_t caller = (uintptr_t)__builtin_return_address(0);
    return (int)return_errno(unmap((uintptr_t)address, size, caller));
}
