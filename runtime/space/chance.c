/* Random numbers for the layout of the address space. Knows where the kernel has them. */
#include "space/chance.h"

#include <stdint.h>

#include "base/auxv.h"
#include "syscall_numbers.h"
#include "base/system.h"
#include "base/text.h"

enum { GRND_NONBLOCK = 1 };

/* What libc leaves of the sixteen random bytes that the kernel gives to each process: it makes two
 * guards of them, words. */
enum { RANDOM_BYTES = 16, GUARDS = 2 * sizeof(uintptr_t), LEFT = RANDOM_BYTES - GUARDS };

static size_t from_kernel(void) {
    size_t bits;
    if (LEFT >= sizeof bits && process.random != NULL)
        memcpy(&bits, process.random + GUARDS, sizeof bits);
    else if (system_call(SYS_getrandom, (long)&bits, sizeof bits, GRND_NONBLOCK, 0, 0, 0) !=
             sizeof bits) /* early in boot, or before Linux 3.17: where the initial stack is */
        bits = (size_t)process.random >> 4;
    return bits;
}

size_t chance_below(size_t limit) {
    static size_t bits, count;
    bits = count++ == 0 ? from_kernel() : bits;
    size_t mixed = (bits + count) * 2654435761u;
    return limit == 0 ? 0 : (mixed ^ mixed >> 16) % limit;
}
