/* errno as libc has it, in the thread that calls.
 *
 * It is touched on failure only: under wine %gs may be the Windows program's. */
#ifndef WINE_LD_SPACE_LIBC_ERRNO_H
#define WINE_LD_SPACE_LIBC_ERRNO_H

#include <stdint.h>

#include "space/kernel.h"

/* Where errno lies from the thread pointer, the same in all threads; 0: not known yet, or there is
 * more than one libc. */
extern intptr_t libc_errno_offset;

/* Asks the libc that serves the code at `caller` where that is, and sets it. Returns -1. */
long libc_errno_asked(int code, uintptr_t caller);

/* -1 with errno set when `result` is -errno, else `result`. In place, as what is behind a system
 * call and returns more than once costs more than the rest of a call that is refused. */
static inline __attribute__((always_inline)) long return_errno_to(uintptr_t caller,
                                                                  intptr_t result) {
    if (__builtin_expect(!kernel_failed(result), 1))
        return result;
    intptr_t offset = __atomic_load_n(&libc_errno_offset, __ATOMIC_RELAXED);
    if (__builtin_expect(offset == 0, 0))
        return libc_errno_asked((int)-result, caller);
    *(int *)((char *)arch_thread_pointer() + offset) = (int)-result;
    return -1;
}

/* The same for the caller of the function that this stands in. */
#define return_errno(result) return_errno_to((uintptr_t)__builtin_return_address(0), (result))

#endif
