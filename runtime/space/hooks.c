/* The functions that stand in for libc's. Knows signatures and errno; what a call does is in
 * calls.h.
 *
 * They touch no TLS on success: under wine %gs may be the Windows program's. */
#include "space/hooks.h"

#include "space/break.h"
#include "space/calls.h"
#include "space/filter.h"
#include "space/kernel.h"
#include "space/space.h"
#include "syscall_numbers.h"
#include "system.h"
#include "text.h"

#define CALLER ((uintptr_t)__builtin_return_address(0))

static int *(*errno_location)(void);

void space_set_errno_location(int *(*location)(void)) {
    errno_location = location;
}

long with_errno(intptr_t result) {
    if (!kernel_failed(result))
        return result;
    if (errno_location != NULL)
        *errno_location() = (int)-result;
    return -1;
}

/* Not inlined: a breakpoint on mmap has to see the calls of mmap64, as where both are one. */
__attribute__((noinline)) void *hook_mmap(void *address, size_t size, int prot, int flags, int fd,
                                          long offset) {
    const struct call_mapping wanted = {(uintptr_t)address,    size,  prot, flags, fd,
                                        (unsigned long)offset, CALLER};
    return (void *)with_errno(call_map(&wanted));
}

void *hook_mmap64(void *address, size_t size, int prot, int flags, int fd, int64_t offset) {
    if (sizeof(long) == sizeof offset)
        return hook_mmap(address, size, prot, flags, fd, (long)offset);
    const struct call_mapping wanted = {(uintptr_t)address, size,  prot, flags, fd,
                                        (uint64_t)offset,   CALLER};
    return (void *)with_errno(call_map(&wanted));
}

int hook_munmap(void *address, size_t size) {
    return (int)with_errno(call_unmap((uintptr_t)address, size));
}

void *hook_mremap(void *old, size_t old_size, size_t new_size, int flags, void *address) {
    bool given = (flags & (MREMAP_FIXED | MREMAP_DONTUNMAP)) != 0;
    return (void *)with_errno(call_remap((uintptr_t)old, old_size, new_size, flags,
                                         given ? (uintptr_t)address : 0, CALLER));
}

int hook_mprotect(void *address, size_t size, int prot) {
    return (int)with_errno(call_protect((uintptr_t)address, size, prot));
}

/* Key -1 is plain mprotect, also where the kernel knows no keys. */
int hook_pkey_mprotect(void *address, size_t size, int prot, int key) {
    return (int)with_errno(key == -1 ? call_protect((uintptr_t)address, size, prot)
                                     : call_protect_key((uintptr_t)address, size, prot, key));
}

int hook_brk(void *address) {
    uintptr_t now = call_break((uintptr_t)address, CALLER);
    return (int)with_errno(now < (uintptr_t)address ? -E_NOMEM : 0);
}

void *hook_sbrk(intptr_t increment) {
    uintptr_t before = call_break_by(increment, CALLER);
    return (void *)with_errno(before == UINTPTR_MAX ? -E_NOMEM : (intptr_t)before);
}

void *hook_shmat(int segment, const void *address, int flags) {
    return (void *)with_errno(call_attach(segment, (uintptr_t)address, flags, CALLER));
}

int hook_shmdt(const void *address) {
    return (int)with_errno(call_detach((uintptr_t)address));
}

int hook_remap_file_pages(void *address, size_t size, int prot, size_t page, int flags) {
    return (int)with_errno(call_remap_pages((uintptr_t)address, size, prot, page, flags));
}

int hook_mseal(void *address, size_t size, unsigned long flags) {
    return (int)with_errno(call_seal((uintptr_t)address, size, flags));
}

void *hook_map_shadow_stack(void *address, size_t size, unsigned flags) {
    return (void *)with_errno(call_shadow_stack((uintptr_t)address, size, flags, CALLER));
}

int hook_madvise(void *address, size_t size, int advice) {
    return (int)with_errno(call_advise((uintptr_t)address, size, advice));
}

static int (*library_prctl)(int option, unsigned long a, unsigned long b, unsigned long c,
                            unsigned long d);

void hooks_find_library(uintptr_t (*find)(void *library, const char *symbol), void *library) {
    if (library_prctl == NULL)
        library_prctl = (int (*)(int, unsigned long, unsigned long, unsigned long,
                                 unsigned long))find(library, "prctl");
}

int hook_prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d) {
    filter_watch(SYS_prctl, option, (long)b);
    __attribute__((musttail)) return library_prctl(option, a, b, c, d);
}

static const struct {
    const char *name;
    uintptr_t function;
    bool moves_break;
} hooks[] = {
    {"mmap", (uintptr_t)hook_mmap, false},
    {"__mmap", (uintptr_t)hook_mmap, false},
    {"mmap64", (uintptr_t)hook_mmap64, false},
    {"munmap", (uintptr_t)hook_munmap, false},
    {"__munmap", (uintptr_t)hook_munmap, false},
    {"mremap", (uintptr_t)hook_mremap, false},
    {"mprotect", (uintptr_t)hook_mprotect, false},
    {"__mprotect", (uintptr_t)hook_mprotect, false},
    {"pkey_mprotect", (uintptr_t)hook_pkey_mprotect, false},
    {"brk", (uintptr_t)hook_brk, true},
    {"sbrk", (uintptr_t)hook_sbrk, true},
    {"__sbrk", (uintptr_t)hook_sbrk, true},
    {"shmat", (uintptr_t)hook_shmat, false},
    {"shmdt", (uintptr_t)hook_shmdt, false},
    {"remap_file_pages", (uintptr_t)hook_remap_file_pages, false},
    {"mseal", (uintptr_t)hook_mseal, false},
    {"map_shadow_stack", (uintptr_t)hook_map_shadow_stack, false},
    {"madvise", (uintptr_t)hook_madvise, false},
    {"__madvise", (uintptr_t)hook_madvise, false},
    {"prctl", (uintptr_t)hook_prctl, false},
    {"syscall", (uintptr_t)hook_syscall, false},
};

/* Bits for what the names begin with: most other names are ruled out by them. Computed by whoever
 * comes first, or by several at once. */
static uint32_t beginnings(void) {
    static uint32_t known;
    uint32_t bits = __atomic_load_n(&known, __ATOMIC_RELAXED);
    if (bits != 0)
        return bits;
    for (size_t i = 0; i < sizeof hooks / sizeof hooks[0]; ++i)
        bits |= 1U << (hooks[i].name[0] & 31);
    __atomic_store_n(&known, bits, __ATOMIC_RELAXED);
    return bits;
}

/* Whether libc serves it itself. */
static bool is_left_to_library(uintptr_t function, bool moves_break) {
    return (moves_break && !break_is_served()) ||
           (function == (uintptr_t)hook_prctl && library_prctl == NULL);
}

uintptr_t space_hook(const char *name) {
    if ((beginnings() >> (name[0] & 31) & 1) == 0)
        return 0;
    for (size_t i = 0; i < sizeof hooks / sizeof hooks[0]; ++i)
        if (hooks[i].name[0] == name[0] && hooks[i].name[1] == name[1] &&
            text_equal(hooks[i].name, name))
            return is_left_to_library(hooks[i].function, hooks[i].moves_break) ? 0
                                                                               : hooks[i].function;
    return 0;
}
