/* What the linker's sources need and a replay has no use for. Placement itself never asks the
 * kernel. */
#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>
#include <unistd.h>

#include "space/chance.h"
#include "base/system.h"

long system_call(long number, long a, long b, long c, long d, long e, long f) {
    long got = syscall(number, a, b, c, d, e, f);
    return got == -1 ? -errno : got;
}

/* Every replay of the same operations gives the same. */
size_t chance_below(size_t limit) {
    (void)limit;
    return 0;
}
