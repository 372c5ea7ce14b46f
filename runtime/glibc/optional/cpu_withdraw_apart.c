/* glibc: -2.32 */
/* Up to glibc 2.32 the tunable glibc.cpu.hwcaps takes AVX2 for CPUID's word and AVX2_Usable for
 * what string functions are chosen by. */
#include "glibc/cpu/cpu_publish.h"

/* Features whose use can be withdrawn. */
static const uint16_t by_use[] = {
    CPU_AVX, CPU_FMA, CPU_AVX2, CPU_FMA4, CPU_XSAVEC, CPU_AVX512F, CPU_AVX512DQ,
};

/* Features that have bits of their own for their use, besides those. */
static const uint16_t with_use[] = {
    CPU_AVX512CD, CPU_AVX512ER, CPU_AVX512PF, CPU_AVX512VL, CPU_AVX512BW, CPU_OSXSAVE,
};

static bool is_among(const uint16_t *list, size_t count, enum cpu_feature feature) {
    for (size_t i = 0; i < count; ++i)
        if (list[i] == feature)
            return true;
    return false;
}

void cpu_withdraw_apart(struct processor *cpu, enum cpu_feature feature, bool use) {
    bool has_use = is_among(by_use, sizeof by_use / sizeof by_use[0], feature);
    if (use && has_use)
        cpu_disable(cpu, feature);
    if (use && feature == CPU_XSAVEC)
        cpu->xsave_state_size = cpu->xsave_state_full_size;
    if (use || feature == CPU_XSAVE || feature == CPU_XSAVEC) /* no words that could be withdrawn */
        return;
    cpu->features[feature / 128].cpuid_array[feature / 32 % 4] &= ~cpu_mask(feature);
    if (!has_use && !is_among(with_use, sizeof with_use / sizeof with_use[0], feature))
        cpu_disable(cpu, feature);
}
