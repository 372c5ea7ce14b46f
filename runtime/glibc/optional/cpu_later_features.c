/* glibc: 2.38- */
/* Features that glibc knows since 2.38. One that the kernel has to switch on is believed when the
 * kernel says so. */
#include "base/auxv.h"
#include "cpu_features_table.h"
#include "glibc/cpu/cpu_publish.h"

enum { HWCAP2_FSGSBASE = 1 << 1 };

/* Each with what it waits for besides its own CPUID bit: a usable feature or 0, and states that the
 * system saves. */
static const struct {
    uint16_t feature, needed;
    uint32_t states;
} later_features[] = {
    {CPU_RAO_INT, 0, 0},
    {CPU_CMPCCXADD, 0, 0},
    {CPU_PREFETCHI, 0, 0},
    {CPU_AVX_IFMA, CPU_AVX, 0},
    {CPU_AVX_NE_CONVERT, CPU_AVX, 0},
    {CPU_AVX_VNNI_INT8, CPU_AVX, 0},
    {CPU_AMX_FP16, 0, CPU_STATES_TILES},
    {CPU_AMX_COMPLEX, 0, CPU_STATES_TILES},
    {CPU_APX_F, 0, CPU_STATES_APX},
};

static void enable(struct processor *cpu, enum cpu_feature feature) {
    if (cpu_has(cpu, feature))
        cpu_enable(cpu, feature);
}

/* AVX10 by the length of its vectors, where this glibc keeps the leaf that tells it. */
static void find_avx10(struct processor *cpu) {
    bool kept = false;
    for (unsigned i = 0; i < GLIBC_CPUID_COUNT; ++i)
        kept |= glibc_cpuid_leaves[i] == CPUID_INDEX_24_ECX_0;
    if (!kept || !cpu_has(cpu, CPU_OSXSAVE) || !cpu_has(cpu, CPU_AVX10))
        return;
    cpu_enable(cpu, CPU_AVX10);
    enable(cpu, CPU_AVX10_XMM);
    if (cpu_usable(cpu, CPU_AVX))
        enable(cpu, CPU_AVX10_YMM);
    if (cpu_saves(cpu, CPU_STATES_AVX | CPU_STATES_AVX512))
        enable(cpu, CPU_AVX10_ZMM);
}

void cpu_find_later_features(struct processor *cpu) {
    for (unsigned i = 0; i < sizeof later_features / sizeof later_features[0]; ++i) {
        enum cpu_feature needed = (enum cpu_feature)later_features[i].needed;
        if ((needed == 0 || cpu_usable(cpu, needed)) && cpu_saves(cpu, later_features[i].states))
            enable(cpu, (enum cpu_feature)later_features[i].feature);
    }
    find_avx10(cpu);
    if ((process.hwcap2 & HWCAP2_FSGSBASE) != 0)
        enable(cpu, CPU_FSGSBASE);
}
