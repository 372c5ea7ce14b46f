/* glibc: -2.32 */
/* How glibc up to 2.32 judges Intel's models. What it withdraws is missing from CPUID's own words
 * too: its libraries ask these alone for most features. */
#include "glibc/cpu/cpu_publish.h"

enum { FAMILY_P6 = 6 };

/* Goldmont Plus, Airmont's successor and Tremont: not known yet, so taken for Core. */
static const unsigned char unknown_models[] = {0x7a, 0x75, 0x86, 0x96, 0x9c};

static void forget_later_models(struct processor *cpu) {
    for (unsigned i = 0; i < sizeof unknown_models; ++i)
        if (cpu->basic.family == FAMILY_P6 && cpu->basic.model == unknown_models[i]) {
            cpu->preferred[0] &= ~(uint32_t)(PREFER_FAST_AS_CORE | PREFER_SLOW_SSE4_2);
            if (cpu_has(cpu, CPU_AVX))
                cpu->preferred[0] |= PREFER_FAST_AS_CORE;
        }
}

static void copy_withdrawal(struct processor *cpu, enum cpu_feature feature) {
    if (!cpu_usable(cpu, feature))
        cpu->features[feature / 128].cpuid_array[feature / 32 % 4] &= ~cpu_mask(feature);
}

void cpu_judge_models(struct processor *cpu) {
    cpu_disable(cpu, CPU_XOP); /* glibc asks for it before it has read the leaf */
    if (cpu->basic.kind != CPU_INTEL)
        return;
    forget_later_models(cpu);
    copy_withdrawal(cpu, CPU_RTM);
    copy_withdrawal(cpu, CPU_HLE);
    if (cpu_usable(cpu, CPU_RTM_ALWAYS_ABORT))
        cpu->features[CPUID_INDEX_7].cpuid_array[EDX] |= cpu_mask(CPU_RTM_ALWAYS_ABORT);
    if (!cpu_has(cpu, CPU_AVX512ER)) {
        cpu->preferred[0] |= PREFER_NO_AVX512;
        if (cpu_usable(cpu, CPU_AVX2)) /* AVX-512 needs more instructions */
            cpu->preferred[0] |= PREFER_AVX2_STRCMP;
    }
}
