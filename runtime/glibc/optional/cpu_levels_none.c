/* glibc: -2.32 */
/* Up to glibc 2.32 there are no levels of processors, and no glibc-hwcaps folders. */
#include "glibc/cpu/cpu_features.h"

bool cpu_levels_exist(void) {
    return false;
}
