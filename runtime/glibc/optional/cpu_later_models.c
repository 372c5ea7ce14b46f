/* glibc: 2.39- */
/* Models that glibc's lists have had since 2.39: the later ones of Intel. */
#include "glibc/cpu/cpu_publish.h"

enum { NEWER = 2 };

static const struct {
    unsigned char family, model;
} later_models[] = {
    /* Arrow Lake, Panther Lake, Wildcat Lake */
    {6, 0xb5},
    {6, 0xc5},
    {6, 0xcc},
    {6, 0xd5},
    /* Nova Lake */
    {18, 1},
    {18, 3},
    /* Diamond Rapids */
    {19, 1},
};

static void judge_intel(struct processor *cpu) {
    for (unsigned i = 0; i < sizeof later_models / sizeof later_models[0]; ++i)
        if (later_models[i].family == cpu->basic.family &&
            later_models[i].model == cpu->basic.model)
            cpu->cache_divisor = NEWER;
}

void cpu_judge_models(struct processor *cpu) {
    if (cpu->basic.kind == CPU_INTEL)
        judge_intel(cpu);
    if (cpu->basic.kind == CPU_ZHAOXIN && cpu_judge_zhaoxin != NULL)
        cpu_judge_zhaoxin(cpu);
    if (cpu->basic.kind == CPU_HYGON && cpu_judge_hygon != NULL)
        cpu_judge_hygon(cpu);
}
