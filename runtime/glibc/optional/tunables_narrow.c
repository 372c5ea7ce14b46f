/* glibc: 2.39- */
/* Since glibc 2.39 a value is cut to the width of its tunable before it is compared with the
 * bounds. */
#include "arch.h"
#include "glibc/tunables.h"

uint64_t tunable_narrowed(unsigned type, uint64_t value) {
    if (type == TUNABLE_INT32)
        return (uint64_t)(int32_t)value;
    return type == TUNABLE_SIZE ? (elf_addr)value : value;
}
