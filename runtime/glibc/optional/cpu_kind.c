/* glibc: 2.32-2.40 */
/* Kinds of processors up to glibc 2.40: numbered as here. */
#include "glibc/cpu_publish.h"

uint32_t cpu_kind_number(uint32_t kind) {
    return kind;
}
