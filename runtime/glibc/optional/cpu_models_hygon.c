/* glibc: 2.43- */
/* Hygon: which vectors are fast on which model. */
#include "glibc/cpu/cpu_publish.h"

enum { FIRST_WITH_FAST_AVX = 4, WITH_SLOW_AVX512 = 7 };

void cpu_judge_hygon(struct processor *cpu) {
    if (cpu->basic.model < FIRST_WITH_FAST_AVX)
        cpu->preferred[0] &= ~(uint32_t)PREFER_AVX_FAST_UNALIGNED_LOAD;
    else if (cpu->basic.model == WITH_SLOW_AVX512)
        cpu->preferred[0] |= PREFER_NO_AVX512;
}
