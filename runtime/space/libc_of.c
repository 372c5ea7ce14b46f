/* Which C library a call is one of. Knows that there is more than one; who is whose is asked above.
 */
#include "space/libc_of.h"

#include <stddef.h>

#include "space/libc_errno.h"
#include "space/space.h"

bool libc_is_one_of_several;
static uintptr_t (*finder)(uintptr_t caller, const char *symbol);

void space_set_libc_finder(uintptr_t (*find)(uintptr_t caller, const char *symbol)) {
    finder = find;
    __atomic_store_n(&libc_is_one_of_several, true, __ATOMIC_RELEASE);
    __atomic_store_n(&libc_errno_offset, 0, __ATOMIC_RELAXED);
}

uintptr_t libc_symbol(uintptr_t caller, const char *symbol) {
    return __atomic_load_n(&libc_is_one_of_several, __ATOMIC_ACQUIRE) ? finder(caller, symbol) : 0;
}
