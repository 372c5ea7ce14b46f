/* glibc: 2.33-2.37 */
/* The order of the preferences up to glibc 2.37 is the linker's own. */
#include "glibc/cpu_publish.h"

enum { KNOWN = (1 << 16) - 1 };

uint32_t cpu_preferred_bits(uint32_t preferred) {
    return preferred & KNOWN;
}
