/* Random numbers for the layout of the address space. Knows where the kernel has them. */
#include "space/chance.h"

#include <stdint.h>

#include "auxv.h"
#include "syscall_numbers.h"
#include "system.h"

enum { GRND_NONBLOCK = 1 };

size_t chance_below(size_t limit) {
    size_t bits;
    if (system_call(SYS_getrandom, (long)&bits, sizeof bits, GRND_NONBLOCK, 0, 0, 0) !=
        sizeof bits) {
        /* Early in boot, or before Linux 3.17: where the kernel put the initial stack. */
        bits = ((size_t)process.random >> 4) * 2654435761u;
    }
    return limit == 0 ? 0 : bits % limit;
}
