/* glibc: 2.33- */
/* Since glibc 2.33 processors have levels, each with a folder of libraries (glibc-hwcaps). */
#include "glibc/cpu/cpu_features.h"

bool cpu_levels_exist(void) {
    return true;
}
