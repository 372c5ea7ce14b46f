/* errno as libc has it. Knows that a libc that is the only one is asked for its place once; does
 * not know who sets it. */
#include "space/libc_errno.h"

#include <stddef.h>

#include "space/hooks.h"
#include "space/libc_of.h"
#include "space/space.h"

static int *(*errno_location)(void);
intptr_t libc_errno_offset;

void space_set_errno_location(int *(*location)(void)) {
    errno_location = location;
    __atomic_store_n(&libc_errno_offset, 0, __ATOMIC_RELAXED);
}

/* libc's __errno_location: of the library that serves the code at `caller`, else the first one's.
 */
static int *locate(uintptr_t caller) {
    int *(*own)(void) = (int *(*)(void))libc_symbol(caller, "__errno_location");
    return own != NULL ? own() : errno_location != NULL ? errno_location() : NULL;
}

long libc_errno_asked(int code, uintptr_t caller) {
    int *place = locate(caller);
    if (place != NULL) {
        *place = code;
        if (!__atomic_load_n(&libc_is_one_of_several, __ATOMIC_RELAXED))
            __atomic_store_n(&libc_errno_offset, (char *)place - (char *)arch_thread_pointer(),
                             __ATOMIC_RELAXED);
    }
    return -1;
}

long with_errno(uintptr_t caller, intptr_t result) {
    return return_errno_to(caller, result);
}
