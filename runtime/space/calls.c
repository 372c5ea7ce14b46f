/* mmap, munmap and mprotect. Knows what the kernel does with each argument; how an address is chosen and
 * how a call enters and leaves is others' business. */
#include "space/calls.h"

#include "space/kernel.h"
#include "space/place.h"
#include "space/section.h"
#include "space/trace.h"
#include "system.h"

enum { PAGE = 4096 };
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

static uintptr_t page_up(uintptr_t address) {
    return (address + PAGE - 1) & ~(uintptr_t)(PAGE - 1);
}

static bool called_by_library(uintptr_t caller) {
    for (unsigned i = 0; i < library_count; ++i) {
        if (caller >= libraries[i].start && caller < libraries[i].end) {
            return true;
        }
    }
    return false;
}

static enum space_kind kind_of(const struct call_mapping *wanted) {
    return (wanted->flags & MAP_STACK) != 0                ? SPACE_STACK
           : (wanted->flags & MAP_ANONYMOUS) == 0          ? SPACE_FILE
           : (wanted->flags & MAP_TYPE) != MAP_PRIVATE     ? SPACE_SHARED
           : called_by_library(wanted->caller)             ? SPACE_HEAP
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

static void record(struct tracker *tracker, const struct call_mapping *wanted, uintptr_t address) {
    uintptr_t attributes = range_attributes(kind_of(wanted), wanted->prot, wanted->flags);
    tracker->grows |= (wanted->flags & MAP_GROWSDOWN) != 0;
    tracker_set(tracker, address, address + mapped_size(wanted), attributes, wanted->caller);
}

static intptr_t map_as_asked(const struct call_mapping *wanted) {
    return kernel_map(wanted->address, wanted->size, wanted->prot, wanted->flags, wanted->fd,
                      wanted->offset);
}

/* The caller names the address. */
static intptr_t map_fixed(struct tracker *tracker, const struct call_mapping *wanted) {
    intptr_t got = map_as_asked(wanted);
    uintptr_t end = wanted->address + mapped_size(wanted);
    if (!kernel_failed(got)) {
        record(tracker, wanted, (uintptr_t)got);
    } else if ((wanted->flags & MAP_FIXED_NOREPLACE) == 0
                   ? wanted->address % PAGE == 0 && end > wanted->address
                   : got == -E_EXIST && tracker_is_free(tracker, wanted->address, end)) {
        /* What was there may be gone; or something is there that we did not know. */
        tracker_refresh(tracker, wanted->address, end);
    }
    return got;
}

/* A hint that can be had. 0: it cannot. */
static intptr_t map_at_hint(struct tracker *tracker, const struct call_mapping *wanted, size_t size) {
    uintptr_t hint = wanted->address & ~(uintptr_t)(PAGE - 1);
    if (hint == 0 || hint + size < hint || hint + size > TREE_END ||
        !tracker_is_free(tracker, hint, hint + size)) {
        return 0;
    }
    intptr_t got = kernel_map(hint, wanted->size, wanted->prot, wanted->flags | MAP_FIXED_NOREPLACE,
                              wanted->fd, wanted->offset);
    if (kernel_failed(got)) {
        if (got == -E_EXIST) {
            tracker_refresh(tracker, hint, hint + size);
        }
        return 0;
    }
    return got;
}

/* The policy names the address. */
static intptr_t map_placed(struct tracker *tracker, const struct call_mapping *wanted, size_t size) {
    bool low = (wanted->flags & MAP_32BIT) != 0 && sizeof(uintptr_t) > 4;
    const struct place_request request = {
        .kind = kind_of(wanted),
        .size = size,
        .align = (wanted->flags & MAP_HUGETLB) != 0 ? huge_page(wanted->flags) : PAGE,
        .high = low ? (uintptr_t)INT32_MAX + 1 : 0,
    };
    const struct place_mapping mapping = {wanted->prot, wanted->flags, wanted->fd, wanted->offset};
    return place_map(tracker, &request, &mapping);
}

static intptr_t map_anywhere(struct tracker *tracker, const struct call_mapping *wanted) {
    size_t size = mapped_size(wanted);
    if (size < wanted->size || size == 0 || size > TREE_END) { /* never succeeds */
        return map_as_asked(wanted);
    }
    intptr_t got = wanted->address != 0 ? map_at_hint(tracker, wanted, size) : 0;
    if (got == 0) {
        got = map_placed(tracker, wanted, size);
    }
    if (!kernel_failed(got)) {
        record(tracker, wanted, (uintptr_t)got);
    }
    return got;
}

intptr_t call_map(const struct call_mapping *wanted) {
    struct section section;
    struct tracker *tracker = section_enter(&section);
    bool fixed = (wanted->flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) != 0;
    intptr_t got = tracker == NULL ? map_as_asked(wanted)
                   : fixed         ? map_fixed(tracker, wanted)
                                   : map_anywhere(tracker, wanted);
    uintptr_t start = kernel_failed(got) ? wanted->address : (uintptr_t)got;
    if (trace_on) {
        trace_map(tracker, wanted, kind_of(wanted), got);
    }
    section_leave(&section, start & ~(uintptr_t)(PAGE - 1), start + mapped_size(wanted));
    return got;
}

int call_unmap(uintptr_t address, size_t size) {
    struct section section;
    struct tracker *tracker = section_enter(&section);
    int result = kernel_unmap(address, size);
    uintptr_t end = page_up(address + size);
    if (tracker != NULL && result == 0) {
        tracker_unmapped(tracker, address, end);
    } else if (tracker != NULL && result == -E_NOMEM && end > address) {
        tracker_refresh(tracker, address, end);
    }
    if (trace_on) {
        trace_range(tracker, TRACE_UNMAP, address, size, 0, result);
    }
    section_leave(&section, address, end);
    return result;
}

/* Records what mprotect did; on failure it may have done a part. */
static void protected(struct tracker *tracker, uintptr_t address, size_t size, int prot, int result) {
    uintptr_t end = page_up(address + size);
    if (address % PAGE != 0 || end <= address) {
        return;
    }
    if (result == 0 && (prot & (PROT_GROWSDOWN | PROT_GROWSUP)) == 0) {
        tracker_protect(tracker, address, end, tracker_effective_prot(prot));
    } else {
        struct range range = tree_find(&tracker->tree, address);
        tracker_refresh(tracker, range.start < address ? range.start : address, end);
    }
}

int call_protect(uintptr_t address, size_t size, int prot) {
    struct section section;
    struct tracker *tracker = section_enter(&section);
    int result = kernel_protect(address, size, prot);
    if (tracker != NULL) {
        protected(tracker, address, size, prot, result);
    }
    if (trace_on) {
        trace_range(tracker, TRACE_PROTECT, address, size, (uintptr_t)prot, result);
    }
    section_leave(&section, address, page_up(address + size));
    return result;
}

int call_protect_key(uintptr_t address, size_t size, int prot, int key) {
    struct section section;
    struct tracker *tracker = section_enter(&section);
    int result = kernel_protect_key(address, size, prot, key);
    if (tracker != NULL && result != -E_NOSYS) {
        protected(tracker, address, size, prot, result);
    }
    if (trace_on) {
        trace_range(tracker, TRACE_PROTECT, address, size, (uintptr_t)prot, result);
    }
    section_leave(&section, address, page_up(address + size));
    return result;
}
