/* glibc: 2.41- */
/* Since glibc 2.41 Hygon is a kind of its own before the other ones; here it is AMD's. */
#include "glibc/cpu_publish.h"

enum { OTHER = CPU_OTHER + 1 };

uint32_t cpu_kind_number(uint32_t kind) {
    return kind == CPU_OTHER ? (uint32_t)OTHER : kind;
}
