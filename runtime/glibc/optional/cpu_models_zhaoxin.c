/* glibc: 2.40- */
/* Yongfeng and Shijidadao: string functions do without AVX. */
#include "glibc/cpu/cpu_publish.h"

enum { FAMILY = 7, YONGFENG = 0x5b, SHIJIDADAO = 0x6b, DIVISOR = 2 };

void cpu_judge_zhaoxin(struct processor *cpu) {
    if (cpu->basic.family != FAMILY ||
        (cpu->basic.model != YONGFENG && cpu->basic.model != SHIJIDADAO))
        return;
    if (cpu->basic.model == YONGFENG)
        cpu->cache_divisor = DIVISOR;
    cpu->preferred[0] &= ~(uint32_t)PREFER_AVX_FAST_UNALIGNED_LOAD;
    cpu->preferred[0] |= PREFER_NO_VZEROUPPER | PREFER_FAST_UNALIGNED_LOAD;
}
