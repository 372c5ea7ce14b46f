/* System V shared memory: shmat and shmdt. Knows that shmat refuses an address that is taken; does
 * not know what the segments are for. */
#include "space/calls.h"
#include "space/filter.h"
#include "space/hooks.h"
#include "space/kernel.h"
#include "space/libc_errno.h"
#include "space/page.h"
#include "space/place.h"
#include "space/section.h"
#include "space/trace.h"
#include "base/system.h"

enum { ATTEMPTS = 8 };

/* The size of a segment that can be attached to, 0: the kernel does not say, or may not be asked.
 * That of the last segment is remembered: it keeps its size, and its number is not given again for
 * a long time. Were it another one's all the same, it would be as with a size that nobody saw
 * change: a hint is not taken, or something is recorded that is gone. */
static size_t size_of(int segment) {
    static struct {
        size_t size;
        int segment;
    } last = {0, -1};
    if (segment < 0)
        return 0;
    if (segment != last.segment && filter_is_absent()) {
        last.segment = -1; /* lest a call that is robbed of the gate here leaves half of it */
        last.size = page_up(kernel_segment_size(segment));
        last.segment = segment;
    }
    return segment == last.segment ? last.size : 0;
}

/* The policy names the address; EINVAL from the kernel may mean that it is taken. */
static intptr_t attach_placed(struct tracker *tracker, int segment, int flags, size_t size,
                              uintptr_t *place) {
    const struct place_request request = {.kind = SPACE_SHARED, .size = size};
    for (int i = 0; i < ATTEMPTS && size != 0; ++i) {
        uintptr_t address = place_choose(tracker, &request);
        intptr_t got = address == 0 ? -E_NOMEM : kernel_attach(segment, address, flags, place);
        if (!kernel_failed(got) || got == -E_FAULT)
            return got;
        if (address == 0 || got != -E_INVAL)
            break;
        if (!place_learn(tracker, address, size)) /* it was not that */
            break;
    }
    return kernel_attach(segment, 0, flags, place);
}

static void record(struct tracker *tracker, uintptr_t address, size_t size, int flags,
                   uintptr_t caller) {
    int prot = PROT_READ | ((flags & SHM_RDONLY) != 0 ? 0 : PROT_WRITE) |
               ((flags & SHM_EXEC) != 0 ? PROT_EXEC : 0);
    if (size != 0)
        tracker_set(tracker, address, address + size,
                    range_attributes(SPACE_SHARED, prot, MAP_SHARED), caller);
    else /* its size is a secret */
        tracker_refresh(tracker, 0, UINTPTR_MAX);
}

/* The last call that was refused as it was made: it will probably be refused again. Only a guess:
 * threads may write to it at once. */
static struct {
    int segment, flags; /* segment -1: none */
    uintptr_t address;
} refused = {-1, 0, 0};

static inline bool was_refused(int segment, uintptr_t address, int flags) {
    return segment == refused.segment && address == refused.address && flags == refused.flags &&
           segment != -1;
}

/* Records what a call got, and leaves. `size` 0: not known yet. */
static void leave(struct section *section, uintptr_t address, size_t size, int flags,
                  uintptr_t caller) {
    if (section->tracker != NULL)
        record(section->tracker, address, size, flags, caller);
    section_leave(section, address, size != 0 ? address + size : UINTPTR_MAX);
}

/* Outside the gate, where the kernel will probably refuse. */
static intptr_t attach_as_refused(int segment, uintptr_t address, int flags, uintptr_t caller,
                                  uint32_t turn) {
    intptr_t got = kernel_attach(segment, address, flags, NULL);
    if (kernel_failed(got))
        return got;
    struct section section;
    struct tracker *tracker = section_enter_late(&section, turn);
    refused.segment = -1;
    leave(&section, (uintptr_t)got, tracker != NULL ? size_of(segment) : 0, flags, caller);
    return got;
}

intptr_t call_attach(int segment, uintptr_t address, int flags, uintptr_t *place,
                     uintptr_t caller) {
    struct section section;
    uint32_t turn;
    if (place == NULL && was_refused(segment, address, flags) && section_is_open(&turn))
        return attach_as_refused(segment, address, flags, caller, turn);
    struct tracker *tracker = section_enter(&section);
    /* With SHM_REMAP an address of ours would replace what is there; without any the kernel
     * refuses. */
    bool placed = tracker != NULL && address == 0 && (flags & SHM_REMAP) == 0;
    size_t size = placed ? size_of(segment) : 0;
    intptr_t got = placed ? attach_placed(tracker, segment, flags, size, place)
                          : kernel_attach(segment, address, flags, place);
    bool failed = kernel_failed(got);
    if (!failed && !placed && tracker != NULL)
        size = size_of(segment);
    if (trace_on)
        trace_range(tracker, TRACE_ATTACH, failed ? address : (uintptr_t)got, size, caller, got);
    if (!failed) {
        leave(&section, (uintptr_t)got, size, flags, caller);
        return got;
    }
    if (got == -E_FAULT && tracker != NULL) /* attached, but where could not be said */
        tracker_refresh(tracker, 0, UINTPTR_MAX);
    refused.segment = trace_on || place != NULL ? -1 : segment;
    refused.flags = flags;
    refused.address = address;
    section_leave(&section, 0, got == -E_FAULT ? UINTPTR_MAX : 0);
    return got;
}

/* Whether a range is a piece of a segment. */
static bool of_segment(uintptr_t attributes) {
    return range_kind(attributes) == SPACE_SHARED && (attributes & RANGE_ANONYMOUS) == 0;
}

/* The end of the attachment at `start` as far as it is in one piece; `start`: none begins there. */
static uintptr_t attachment_end(struct tracker *tracker, uintptr_t start) {
    struct range range = tree_find(&tracker->tree, start);
    if (range.start != start || (range.attributes & RANGE_HEAD) == 0)
        return start;
    uintptr_t end = start;
    while (of_segment(range.attributes) && range.end < TREE_END) {
        end = range.end;
        range = tree_find(&tracker->tree, end);
        if ((range.attributes & RANGE_HEAD) != 0)
            break;
    }
    return end;
}

/* All fragments of the segment are gone, what was mapped between them is not. Where no segment was
 * ever cut there are no fragments beyond what lies together; else the kernel has to say, since how
 * large a segment was, nobody is told. */
static void detached(struct tracker *tracker, uintptr_t start, uintptr_t end) {
    if (start < end && !tree_has_rest(&tracker->tree, SPACE_SHARED))
        tracker_unmapped(tracker, start, end);
    else
        tracker_refresh(tracker, start, UINTPTR_MAX);
}

int call_detach(uintptr_t address) {
    struct section section;
    struct tracker *tracker = section_enter(&section);
    uintptr_t end = tracker != NULL ? attachment_end(tracker, address) : address;
    int result = kernel_detach(address);
    if (tracker != NULL && result == 0)
        detached(tracker, address, end);
    if (trace_on)
        trace_range(tracker, TRACE_DETACH, address, end - address, 0, result);
    section_leave(&section, address, UINTPTR_MAX);
    return result;
}

void *hook_shmat(int segment, const void *address, int flags) {
    return (void *)return_errno(call_attach(segment, (uintptr_t)address, flags, NULL,
                                            (uintptr_t)__builtin_return_address(0)));
}

int hook_shmdt(const void *address) {
    return (int)return_errno(call_detach((uintptr_t)address));
}
