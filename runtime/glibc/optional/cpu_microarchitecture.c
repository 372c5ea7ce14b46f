/* glibc 2.38 began to sort Intel's models by microarchitecture: how much of the shared cache a copy
 * may fill before it passes by the caches depends on it. Those of other families are taken for
 * Core. */
#include "glibc/cpu/cpu_publish.h"

enum { FAMILY_P6 = 6, OLDER = 8, NEWER = 2 };

/* Intel, family 6. The first row is of Saltwell, which is Bonnell made smaller. */
static const struct {
    unsigned char divisor; /* 0: the usual one */
    uint16_t preferred;
    unsigned char models[28]; /* 0 ends the list */
} architectures[] = {
    {0, PREFER_SLOW_BSF, {0x27, 0x35, 0x36}},
    /* Nehalem, Westmere, Sandy Bridge, Ivy Bridge, Haswell, Broadwell */
    {OLDER,
     0,
     {0x1a, 0x1e, 0x1f, 0x2e, 0x25, 0x2c, 0x2f, 0x2a, 0x2d, 0x3a, 0x3e, 0x3c, 0x3f, 0x45, 0x46,
      0x3d, 0x47, 0x4f, 0x56}},
    /* Skylake, Kaby Lake, Comet Lake, Cannon Lake, Ice Lake, Tiger Lake, Rocket Lake */
    {NEWER,
     0,
     {0x4e, 0x5e, 0x55, 0x8e, 0x9e, 0xa5, 0xa6, 0x66, 0x6a, 0x6c, 0x7d, 0x7e, 0x9d, 0x8c, 0x8d,
      0xa7}},
    /* Sapphire, Emerald and Granite Rapids, Raptor, Meteor, Lunar and Arrow Lake, Lakefield, Alder
     * Lake */
    {NEWER,
     0,
     {0x8f, 0xcf, 0xad, 0xae, 0xb7, 0xba, 0xbf, 0xaa, 0xac, 0xbd, 0xc6, 0x8a, 0x97, 0x9a, 0xbe}},
};

static bool is_among(const unsigned char *models, uint32_t model) {
    while (*models != 0 && *models != model)
        ++models;
    return *models != 0;
}

void cpu_judge_architecture(struct processor *cpu) {
    if (cpu->basic.kind != CPU_INTEL)
        return;
    if (cpu->basic.family != FAMILY_P6) {
        if (cpu_has(cpu, CPU_AVX))
            cpu->preferred[0] |= PREFER_FAST_AS_CORE;
        return;
    }
    for (unsigned row = 0; row < sizeof architectures / sizeof architectures[0]; ++row) {
        if (!is_among(architectures[row].models, cpu->basic.model))
            continue;
        cpu->preferred[0] |= architectures[row].preferred;
        if (architectures[row].divisor != 0)
            cpu->cache_divisor = architectures[row].divisor;
    }
}

void cpu_publish_cache_divisor(struct cpu_features *features, const struct processor *cpu) {
    features->cachesize_non_temporal_divisor = cpu->cache_divisor;
}
