/* The calls that seldom matter: i386's first mmap, remap_file_pages, mseal, map_shadow_stack,
 * madvise. Knows which of them change the layout of this process or of its children. */
#include "space/calls.h"
#include "space/hooks.h"
#include "space/kernel.h"
#include "space/libc_errno.h"
#include "space/page.h"
#include "space/place.h"
#include "space/section.h"
#include "space/trace.h"
#include "base/system.h"

enum { ATTEMPTS = 8 };

intptr_t call_map_old(const void *arguments) {
    struct section section;
    struct tracker *tracker = section_enter(&section);
    intptr_t got = kernel_map_old(arguments);
    if (tracker != NULL && got != -E_FAULT) /* what was mapped, or unmapped, is a secret */
        tracker_refresh(tracker, 0, UINTPTR_MAX);
    section_leave(&section, 0, UINTPTR_MAX);
    return got;
}

int call_remap_pages(uintptr_t address, size_t size, int prot, size_t page, int flags) {
    struct section section;
    struct tracker *tracker = section_enter(&section);
    uintptr_t start = page_down(address), end = page_end(address, size);
    int result = kernel_remap_pages(address, size, prot, page, flags);
    /* Other pages of the same file with the same protection. One that fails may leave a hole. */
    if (tracker != NULL && result != 0)
        tracker_doubt(tracker, start, end);
    section_leave(&section, start, end);
    return result;
}

/* Sealed mappings stay where they are; that later calls fail is the kernel's to say. */
int call_seal(uintptr_t address, size_t size, unsigned long flags) {
    return kernel_seal(address, size, flags);
}

static intptr_t shadow_stack_placed(struct tracker *tracker, size_t size, unsigned flags) {
    const struct place_request request = {.kind = SPACE_STACK, .size = page_up(size)};
    for (int i = 0; i < ATTEMPTS && request.size >= size && size != 0; ++i) {
        uintptr_t address = place_choose(tracker, &request);
        intptr_t got = address == 0 ? 0 : kernel_shadow_stack(address, size, flags);
        if (address == 0 || (kernel_failed(got) && got != -E_EXIST))
            break;
        if (!kernel_failed(got))
            return got;
        place_learn(tracker, address, request.size);
    }
    return kernel_shadow_stack(0, size, flags);
}

intptr_t call_shadow_stack(uintptr_t address, size_t size, unsigned flags, uintptr_t caller) {
    struct section section;
    struct tracker *tracker = section_enter(&section);
    intptr_t got = tracker != NULL && address == 0 ? shadow_stack_placed(tracker, size, flags)
                                                   : kernel_shadow_stack(address, size, flags);
    if (tracker != NULL && !kernel_failed(got))
        tracker_set(
            tracker, (uintptr_t)got, page_up((uintptr_t)got + size),
            range_attributes(SPACE_STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS),
            caller);
    uintptr_t start = kernel_failed(got) ? 0 : (uintptr_t)got;
    section_leave(&section, start, page_up(start + size));
    return got;
}

int call_advise(uintptr_t address, size_t size, int advice) {
    if (advice == MADV_DONTFORK)
        section_expect_partial_forks();
    return kernel_advise(address, size, advice);
}

int hook_remap_file_pages(void *address, size_t size, int prot, size_t page, int flags) {
    return (int)return_errno(call_remap_pages((uintptr_t)address, size, prot, page, flags));
}

int hook_mseal(void *address, size_t size, unsigned long flags) {
    return (int)return_errno(call_seal((uintptr_t)address, size, flags));
}

void *hook_map_shadow_stack(void *address, size_t size, unsigned flags) {
    return (void *)return_errno(
        call_shadow_stack((uintptr_t)address, size, flags, (uintptr_t)__builtin_return_address(0)));
}

int hook_madvise(void *address, size_t size, int advice) {
    return (int)return_errno(call_advise((uintptr_t)address, size, advice));
}
