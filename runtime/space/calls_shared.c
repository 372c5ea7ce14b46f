/* System V shared memory: shmat and shmdt. Knows that shmat refuses an address that is taken; does
 * not know what the segments are for. */
#include "space/calls.h"
#include "space/kernel.h"
#include "space/page.h"
#include "space/place.h"
#include "space/section.h"
#include "space/trace.h"
#include "system.h"

enum { ATTEMPTS = 8 };

/* The policy names the address; EINVAL from the kernel may mean that it is taken. */
static intptr_t attach_placed(struct tracker *tracker, int segment, int flags, size_t size) {
    const struct place_request request = {.kind = SPACE_SHARED, .size = size};
    for (int i = 0; i < ATTEMPTS && size != 0; ++i) {
        uintptr_t address = place_choose(tracker, &request);
        intptr_t got = address == 0 ? -E_NOMEM : kernel_attach(segment, address, flags);
        if (!kernel_failed(got))
            return got;
        if (address == 0 || got != -E_INVAL)
            break;
        tracker_refresh(tracker, address, address + size);
        if (tracker_is_free(tracker, address, address + size)) /* it was not that */
            break;
    }
    return kernel_attach(segment, 0, flags);
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

intptr_t call_attach(int segment, uintptr_t address, int flags, uintptr_t caller) {
    struct section section;
    size_t size = page_up(kernel_segment_size(segment));
    struct tracker *tracker = section_enter(&section);
    intptr_t got = tracker != NULL && address == 0 ? attach_placed(tracker, segment, flags, size)
                                                   : kernel_attach(segment, address, flags);
    if (tracker != NULL && !kernel_failed(got))
        record(tracker, (uintptr_t)got, size, flags, caller);
    if (trace_on)
        trace_range(tracker, TRACE_ATTACH, kernel_failed(got) ? address : (uintptr_t)got, size,
                    caller, got);
    uintptr_t start = kernel_failed(got) ? 0 : (uintptr_t)got;
    section_leave(&section, start, start + size);
    return got;
}

/* The end of the allocation that has a piece at `address`, as far as it is in one piece. */
static uintptr_t allocation_end(struct tracker *tracker, uintptr_t address) {
    struct range range = tree_find(&tracker->tree, address), next = range;
    while (range_is_mapped(next.attributes) && next.end < TREE_END) {
        range = next;
        next = tree_find(&tracker->tree, range.end);
        if ((next.attributes & RANGE_HEAD) != 0)
            break;
    }
    return range.end;
}

int call_detach(uintptr_t address) {
    struct section section;
    struct tracker *tracker = section_enter(&section);
    uintptr_t start = page_down(address);
    uintptr_t known_end = tracker != NULL ? allocation_end(tracker, start) : start;
    int result = kernel_detach(address);
    /* All fragments of the segment are gone, what was mapped between them is not; and how large a
     * segment was, nobody is told. */
    if (tracker != NULL && result == 0)
        tracker_refresh(tracker, start, UINTPTR_MAX);
    if (trace_on)
        trace_range(tracker, TRACE_DETACH, address, known_end - start, 0, result);
    section_leave(&section, start, UINTPTR_MAX);
    return result;
}
