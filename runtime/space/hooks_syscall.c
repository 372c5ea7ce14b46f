/* syscall(3): numbers of the mmap family are served, all others passed on. Knows how the numbers
 * take their arguments; does not know what they do. */
#include "space/break.h"
#include "space/calls.h"
#include "space/filter.h"
#include "space/hooks.h"
#include "space/kernel.h"
#include "space/libc_of.h"
#include "space/space.h"
#include "syscall_numbers.h"
#include "base/system.h"

static long serve_map(uintptr_t address, size_t size, const long rest[4], unsigned shift,
                      uintptr_t caller) {
    const struct call_mapping wanted = {
        address,      size,         (int)rest[0],
        (int)rest[1], (int)rest[2], (uint64_t)(unsigned long)rest[3] << shift,
        caller,
    };
    return with_errno(caller, call_map(&wanted));
}

/* i386 has two calls that name memory of the program's: mmap reads its arguments there, ipc(2)
 * writes the address of a segment. Whether that memory can be had is the kernel's to say: only it
 * touches it. */
static long serve_attach(int segment, int flags, uintptr_t *place, uintptr_t address,
                         uintptr_t caller) {
    intptr_t got = call_attach(segment, address, flags, place, caller);
    return with_errno(caller, kernel_failed(got) ? got : 0);
}

/* The calls that every architecture has in the same form. */
static long serve(long number, uintptr_t address, size_t size, const long rest[4],
                  uintptr_t caller) {
    switch (number) {
    case SYS_mmap:
        return serve_map(address, size, rest, SYSCALL_MMAP_SHIFT, caller);
    case SYS_munmap:
        return with_errno(caller, call_unmap(address, size, caller));
    case SYS_mremap:
        return with_errno(caller, call_remap(address, size, (size_t)rest[0], (int)rest[1],
                                             (uintptr_t)rest[2], caller));
    case SYS_mprotect:
        return with_errno(caller, call_protect(address, size, (int)rest[0]));
    case SYS_pkey_mprotect:
        return with_errno(caller, call_protect_key(address, size, (int)rest[0], (int)rest[1]));
    case SYS_brk:
        return (long)call_break(address, caller);
    case SYS_shmat:
        return with_errno(caller,
                          call_attach((int)address, (uintptr_t)size, (int)rest[0], NULL, caller));
    case SYS_shmdt:
        return with_errno(caller, call_detach(address));
    case SYS_remap_file_pages:
        return with_errno(
            caller, call_remap_pages(address, size, (int)rest[0], (size_t)rest[1], (int)rest[2]));
    case SYS_mseal:
        return with_errno(caller, call_seal(address, size, (unsigned long)rest[0]));
    case SYS_map_shadow_stack:
        return with_errno(caller, call_shadow_stack(address, size, (unsigned)rest[0], caller));
    case SYS_madvise:
        return with_errno(caller, call_advise(address, size, (int)rest[0]));
    default:
        return with_errno(caller, system_call(number, (long)address, (long)size, rest[0], rest[1],
                                              rest[2], rest[3]));
    }
}

/* The first libc's own, for all that is not of the family; NULL: there is no libc yet. */
static system_call_function *library_call;

void space_set_syscall(system_call_function *call) {
    library_call = call;
}

/* Which operation of ipc(2) the first argument names; of version 1 shmat is another, which there is
 * no more. */
static bool attaches(long first) {
    return (first & 0xffff) == IPC_SHMAT && first >> 16 != 1;
}

static bool detaches(long first) {
    return (first & 0xffff) == IPC_SHMDT;
}

static bool is_served(long number, long first) {
    switch (number) {
    case SYS_mmap:
    case SYS_munmap:
    case SYS_mremap:
    case SYS_mprotect:
    case SYS_pkey_mprotect:
    case SYS_brk:
    case SYS_shmat:
    case SYS_shmdt:
    case SYS_remap_file_pages:
    case SYS_mseal:
    case SYS_map_shadow_stack:
    case SYS_madvise:
        return true;
    default:
        return (SYS_old_mmap >= 0 && number == SYS_old_mmap) ||
               (SYS_ipc >= 0 && number == SYS_ipc && (attaches(first) || detaches(first)));
    }
}

static long serve_any(long number, const long arguments[6], uintptr_t caller) {
    long a = arguments[0], b = arguments[1];
    if (SYS_old_mmap >= 0 && number == SYS_old_mmap)
        return with_errno(caller, call_map_old((const void *)a));
    if (SYS_ipc >= 0 && number == SYS_ipc && attaches(a))
        return serve_attach((int)b, (int)arguments[2], (uintptr_t *)arguments[3],
                            (uintptr_t)arguments[4], caller);
    if (SYS_ipc >= 0 && number == SYS_ipc && detaches(a))
        return with_errno(caller, call_detach((uintptr_t)arguments[4]));
    return serve(number, (uintptr_t)a, (size_t)b, arguments + 2, caller);
}

/* The system call is made where a program expects it, in libc: a program may have forbidden all
 * others (syscall user dispatch). */
long hook_syscall(long number, long a, long b, long c, long d, long e, long f) {
    uintptr_t caller = (uintptr_t)__builtin_return_address(0);
    filter_watch(number, a, c);
    if (library_call != NULL && !is_served(number, a)) {
        system_call_function *own = (system_call_function *)libc_symbol(caller, "syscall");
        system_call_function *call = own != NULL ? own : library_call;
        __attribute__((musttail)) return call(number, a, b, c, d, e, f);
    }
    const long arguments[6] = {a, b, c, d, e, f};
    return serve_any(number, arguments, caller);
}
