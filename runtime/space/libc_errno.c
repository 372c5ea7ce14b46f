/* errno as libc has it. Knows that libc is asked for its place once; does not know who sets it. */
#include "space/libc_errno.h"

#include <stddef.h>

#include "space/hooks.h"
#include "space/space.h"

static int *(*errno_location)(void);
intptr_t libc_errno_offset;

void space_set_errno_location(int *(*location)(void)) {
    errno_location = location;
    __atomic_store_n(&libc_errno_offset, 0, __ATOMIC_RELAXED);
}

long libc_errno_first(int code) {
    if (errno_location != NULL) {
        int *place = errno_location();
        *place = code;
        __atomic_store_n(&libc_errno_offset, (char *)place - (char *)arch_thread_pointer(),
                         __ATOMIC_RELAXED);
    }
    return -1;
}

long with_errno(intptr_t result) {
    return return_errno(result);
}
