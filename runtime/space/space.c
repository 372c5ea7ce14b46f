/* The address space as the rest of the linker sees it. Knows how an image gets its range; the
 * program's calls are in calls.c. */
#include "space/space.h"

#include "space/calls.h"
#include "space/hooks.h"
#include "space/kernel.h"
#include "space/layout.h"
#include "space/page.h"
#include "space/place.h"
#include "space/policy.h"
#include "space/preloader.h"
#include "space/section.h"
#include "space/trace.h"
#include "base/system.h"

void space_init(size_t page_size) {
    struct section section;
    (void)page_size; /* 4096 on every architecture there is a table for */
    hooks_init();
    section_init();
    layout_init(section_enter(&section));
    section_leave(&section, 0, 0);
    space_patch_init();
}

static struct place_mapping mapping_of(const struct space_image *image) {
    return (struct place_mapping){0,           image->size, image->prot,
                                  MAP_PRIVATE, image->fd,   image->offset};
}

static intptr_t map_over(const struct place_mapping *mapping, uintptr_t address) {
    struct place_mapping fixed = *mapping;
    fixed.flags |= MAP_FIXED;
    return place_ask(&fixed, address);
}

/* The kernel chooses: more than is needed, and the ends given back. */
static intptr_t claim_from_kernel(const struct place_mapping *mapping, size_t align) {
    size_t whole = mapping->size + align - PAGE;
    if (whole < mapping->size)
        return -E_NOMEM;
    intptr_t got = kernel_map(0, whole, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (kernel_failed(got))
        return got;
    uintptr_t first = (uintptr_t)got, start = (first + align - 1) & ~(uintptr_t)(align - 1);
    uintptr_t end = start + mapping->size;
    if (start > first)
        kernel_unmap(first, start - first);
    if (first + whole > end)
        kernel_unmap(end, first + whole - end);
    got = map_over(mapping, start);
    if (kernel_failed(got))
        kernel_unmap(start, mapping->size);
    return got;
}

/* Exactly there: by a hint, which replaces nothing; where the kernel does not take it although
 * nothing is there, by force. */
static intptr_t claim_fixed(struct tracker *tracker, const struct place_mapping *mapping,
                            uintptr_t address) {
    intptr_t got = place_ask(mapping, address);
    if ((uintptr_t)got == address)
        return got;
    if (!kernel_failed(got))
        kernel_unmap((uintptr_t)got, mapping->size);
    bool taken = place_learn(tracker, address, mapping->size);
    return taken && !tracker->blind ? -E_EXIST : map_over(mapping, address);
}

static intptr_t claim(struct tracker *tracker, const struct space_image *image,
                      const struct place_request *request) {
    const struct place_mapping mapping = mapping_of(image);
    if (image->fixed)
        return claim_fixed(tracker, &mapping, image->address);
    intptr_t got = place_map(tracker, request, &mapping);
    if (kernel_failed(got) || (uintptr_t)got % image->align == 0)
        return got;
    kernel_unmap((uintptr_t)got, image->size);
    return claim_from_kernel(&mapping, image->align);
}

intptr_t space_claim(const struct space_image *image) {
    const struct place_request request = {
        .kind = SPACE_IMAGE, .size = image->size, .align = image->align};
    struct section section;
    struct tracker *tracker = section_enter_patiently(&section);
    intptr_t got = claim(tracker, image, &request);
    uintptr_t start = kernel_failed(got) ? 0 : (uintptr_t)got;
    if (image->fixed && start != 0)
        layout_program_lies_at(start);
    if (start != 0)
        tracker_set(tracker, start, start + image->size,
                    range_attributes(SPACE_IMAGE, image->prot, MAP_PRIVATE),
                    (uintptr_t)image->owner);
    if (trace_on)
        trace_claim(tracker, &request, image->fixed, got);
    section_leave(&section, start, start + image->size);
    return got;
}

intptr_t space_map_claimed(uintptr_t address, size_t size, int prot, int flags, int fd,
                           uint64_t offset, void *owner) {
    struct section section;
    struct tracker *tracker = section_enter_patiently(&section);
    uintptr_t end = address + page_up(size);
    flags |= MAP_FIXED | (fd < 0 ? MAP_ANONYMOUS : 0);
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

/* Where the part of [start, end) ends that begins at `start`, and whether it is of an image. Not
 * inlined: what it holds while it looks is not needed when something is unmapped, perhaps on a
 * small stack. */
static __attribute__((noinline)) uintptr_t stretch_end(struct tracker *tracker, uintptr_t start,
                                                       uintptr_t end, bool *is_image) {
    struct range range = tree_find(&tracker->tree, start);
    *is_image = range_kind(range.attributes) == SPACE_IMAGE;
    while (range.end < end) {
        struct range next = tree_find(&tracker->tree, range.end);
        if ((range_kind(next.attributes) == SPACE_IMAGE) != *is_image)
            break;
        range = next;
    }
    return range.end < end ? range.end : end;
}

/* Unmaps what [start, end) holds of an image. What else is there was put over the image by the
 * program, and stays. */
static int release(struct tracker *tracker, uintptr_t start, uintptr_t end) {
    int result = 0;
    bool is_image;
    for (uintptr_t next; start < end; start = next) {
        next = stretch_end(tracker, start, end, &is_image);
        int failed = is_image ? kernel_unmap(start, next - start) : 0;
        if (failed == 0 && is_image)
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
    const struct place_mapping mapping = {0, size, PROT_READ, MAP_PRIVATE, fd, 0};
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
    return call_unmap(address, size, 0);
}

int space_protect(uintptr_t address, size_t size, int prot) {
    return call_protect(address, size, prot);
}
