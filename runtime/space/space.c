/* The address space as the rest of the linker sees it. Knows claims, which only the linker makes
 * and only the tracker knows, so that none is ever made or filled without it; the program's calls
 * are in calls.c. */
#include "space/space.h"

#include "space/calls.h"
#include "space/kernel.h"
#include "space/layout.h"
#include "space/page.h"
#include "space/place.h"
#include "space/policy.h"
#include "space/preloader.h"
#include "space/section.h"
#include "space/trace.h"
#include "system.h"

void space_init(size_t page_size) {
    struct section section;
    (void)page_size; /* 4096 on every architecture there is a table for */
    section_init();
    layout_init(section_enter(&section));
    section_leave(&section, 0, 0);
}

/* The kernel chooses: more than is needed, and the ends given back. */
static intptr_t claim_from_kernel(size_t size, size_t align) {
    size_t whole = size + align - PAGE;
    intptr_t got =
        kernel_map(0, whole, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (kernel_failed(got))
        return got;
    uintptr_t first = (uintptr_t)got, start = (first + align - 1) & ~(uintptr_t)(align - 1);
    if (start > first)
        kernel_unmap(first, start - first);
    if (first + whole > start + size)
        kernel_unmap(start + size, first + whole - start - size);
    return (intptr_t)start;
}

static intptr_t claim(struct tracker *tracker, uintptr_t fixed, size_t size, size_t align,
                      uintptr_t owner) {
    const struct place_request request = {.kind = SPACE_IMAGE, .size = size, .align = align};
    if (fixed != 0 && !tracker_is_free(tracker, fixed, fixed + size))
        return -E_EXIST;
    uintptr_t address = fixed != 0 ? fixed : place_choose(tracker, &request);
    if (address != 0) {
        tracker_set(tracker, address, address + size, SPACE_RESERVED | RANGE_HEAD, owner);
        return (intptr_t)address;
    }
    intptr_t got = claim_from_kernel(size, align);
    if (!kernel_failed(got))
        tracker_set(tracker, (uintptr_t)got, (uintptr_t)got + size,
                    SPACE_RESERVED | RANGE_ANONYMOUS | RANGE_HEAD, owner);
    return got;
}

intptr_t space_claim(uintptr_t fixed, size_t size, size_t align, void *owner) {
    struct section section;
    struct tracker *tracker = section_enter_patiently(&section);
    align = align > PAGE ? align : PAGE;
    intptr_t got = claim(tracker, fixed, size, align, (uintptr_t)owner);
    if (trace_on)
        trace_range(tracker, TRACE_CLAIM, (uintptr_t)got, size, align, got);
    uintptr_t start = kernel_failed(got) ? 0 : (uintptr_t)got;
    section_leave(&section, start, start + size);
    return got;
}

intptr_t space_map_claimed(uintptr_t address, size_t size, int prot, int flags, int fd,
                           uint64_t offset, void *owner) {
    struct section section;
    struct tracker *tracker = section_enter_patiently(&section);
    uintptr_t end = address + page_up(size);
    /* Where the kernel put something into the gap of a claim (section.h), that stays. */
    bool replace = tracker_may_replace(tracker, address, end, (uintptr_t)owner);
    flags |= (replace ? MAP_FIXED : MAP_FIXED_NOREPLACE) | (fd < 0 ? MAP_ANONYMOUS : 0);
    intptr_t got = kernel_map(address, size, prot, flags, fd, offset);
    if (!kernel_failed(got))
        tracker_set(tracker, address, end,
                    range_attributes(SPACE_IMAGE, prot, flags) & ~(uintptr_t)RANGE_HEAD,
                    (uintptr_t)owner);
    else
        tracker_refresh(tracker, address, end);
    section_leave(&section, address, end);
    return got;
}

/* What lies in a claimed range. */
enum part { CLAIMED, MAPPED, FOREIGN };

static enum part part_of(uintptr_t attributes) {
    enum space_kind kind = range_kind(attributes);
    return kind != SPACE_IMAGE && kind != SPACE_RESERVED ? FOREIGN
           : range_is_mapped(attributes)                 ? MAPPED
                                                         : CLAIMED;
}

/* Where the part of [start, end) ends that begins at `start`. Not inlined: what it holds while it
 * looks is not needed when something is unmapped, perhaps on a small stack. */
static __attribute__((noinline)) uintptr_t stretch_end(struct tracker *tracker, uintptr_t start,
                                                       uintptr_t end, enum part *part) {
    struct range range = tree_find(&tracker->tree, start);
    *part = part_of(range.attributes);
    while (range.end < end) {
        struct range next = tree_find(&tracker->tree, range.end);
        if (part_of(next.attributes) != *part)
            break;
        range = next;
    }
    return range.end < end ? range.end : end;
}

/* Unmaps [start, end) of an image, in as few calls as there are gaps. What else is there was put
 * into a gap by the kernel, or over the image by the program, and stays. */
static int release(struct tracker *tracker, uintptr_t start, uintptr_t end) {
    int result = 0;
    enum part part;
    for (uintptr_t next; start < end; start = next) {
        next = stretch_end(tracker, start, end, &part);
        int failed = part == MAPPED ? kernel_unmap(start, next - start) : 0;
        if (failed == 0 && part != FOREIGN)
            tracker_clear(tracker, start, next);
        result = failed != 0 ? failed : result;
    }
    return result;
}

int space_release(uintptr_t address, size_t size) {
    struct section section;
    struct tracker *tracker = section_enter_patiently(&section);
    int result = release(tracker, address, address + size);
    if (trace_on)
        trace_range(tracker, TRACE_RELEASE, address, size, 0, result);
    section_leave(&section, address, address + size);
    return result;
}

void space_adopt(uintptr_t start, uintptr_t end, void *owner) {
    struct section section;
    struct tracker *tracker = section_enter_patiently(&section);
    for (uintptr_t at = start; at < end;) {
        struct range range = tree_find(&tracker->tree, at);
        uintptr_t part_end = range.end < end ? range.end : end;
        enum space_kind kind = range_kind(range.attributes);
        if (kind == SPACE_FILE || kind == SPACE_ANONYMOUS) /* what nobody has named yet */
            tracker_set(tracker, at, part_end,
                        (range.attributes & ~(uintptr_t)(RANGE_KIND | RANGE_HEAD)) | SPACE_IMAGE,
                        (uintptr_t)owner);
        at = part_end;
    }
    section_leave(&section, start, end);
}

void space_name(uintptr_t start, uintptr_t end, const char *name) {
    struct section section;
    if (trace_on) {
        trace_name(section_enter_patiently(&section), start, end - start, name);
        section_leave(&section, start, start);
    }
}

intptr_t space_allocate(size_t size) {
    struct section section;
    struct tracker *tracker = section_enter(&section);
    size = page_up(size);
    intptr_t got = tracker != NULL ? place_linker_memory(tracker, size)
                                   : kernel_map(0, size, PROT_READ | PROT_WRITE,
                                                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    uintptr_t start = kernel_failed(got) ? 0 : (uintptr_t)got;
    if (tracker != NULL && start != 0)
        tracker_set_linker(tracker, start, start + size);
    section_leave(&section, start, start + size);
    return got;
}

intptr_t space_map_file(int fd, size_t size) {
    struct section section;
    struct tracker *tracker = section_enter(&section);
    const struct place_request request = {.kind = SPACE_LINKER, .size = page_up(size)};
    const struct place_mapping mapping = {PROT_READ, MAP_PRIVATE, fd, 0};
    intptr_t got = tracker != NULL && size != 0
                       ? place_map(tracker, &request, &mapping)
                       : kernel_map(0, size, PROT_READ, MAP_PRIVATE, fd, 0);
    uintptr_t start = kernel_failed(got) ? 0 : (uintptr_t)got;
    if (tracker != NULL && start != 0)
        tracker_set(tracker, start, start + request.size,
                    range_attributes(SPACE_LINKER, PROT_READ, MAP_PRIVATE), 0);
    section_leave(&section, start, start + request.size);
    return got;
}

void space_keep_for_guest(uintptr_t (*find)(void *program, const char *symbol), void *program) {
    const void **variable = policy.guest_variable[0] != '\0'
                                ? (const void **)find(program, policy.guest_variable)
                                : NULL;
    struct section section;
    if (variable == NULL)
        return;
    struct tracker *tracker = section_enter(&section);
    if (tracker != NULL)
        preloader_stand_in(tracker, variable);
    section_leave(&section, 0, UINTPTR_MAX);
}

uint32_t *space_fork_mark(void) {
    return &gate.mark;
}

void space_watch_forks(void) {
    gate_watch_forks();
}

int space_unmap(uintptr_t address, size_t size) {
    return call_unmap(address, size);
}

int space_protect(uintptr_t address, size_t size, int prot) {
    return call_protect(address, size, prot);
}
