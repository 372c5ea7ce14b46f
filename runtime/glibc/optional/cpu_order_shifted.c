/* glibc: 2.38- */
/* glibc 2.38 gave bit 10 to a preference for addresses below 4 GiB; those behind it moved up. */
#include "glibc/cpu_publish.h"

enum { BEFORE = (1 << 10) - 1 };

uint32_t cpu_preferred_bits(uint32_t preferred) {
    return (preferred & BEFORE) | (preferred & ~(uint32_t)BEFORE) << 1;
}
