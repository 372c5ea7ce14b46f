/* The processor's description since glibc 2.33: for each CPUID leaf what the processor says and
 * what programs may use, the sizes of caches and the thresholds that follow from them. */
#include "cpu_features_table.h"
#include "glibc/cpu/cpu_publish.h"
#include "glibc_layout.h"
#include "base/text.h"

static void publish_leaves(struct cpu_features *features, const struct processor *cpu) {
    for (unsigned i = 0; i < GLIBC_CPUID_COUNT; ++i) {
        unsigned kept = glibc_cpuid_leaves[i];
        memcpy(features->features[i].cpuid_array, cpu->features[kept].cpuid_array,
               sizeof cpu->features[kept].cpuid_array);
        memcpy(features->features[i].active_array, cpu->features[kept].active_array,
               sizeof cpu->features[kept].active_array);
    }
}

/* sysconf(3)'s _SC_LEVEL1_ICACHE_SIZE and so on. */
static void publish_levels(struct cpu_features *features, const struct processor *cpu) {
    features->level1_icache_size = cpu->level1_icache_size;
    features->level1_icache_linesize = cpu->level1_icache_linesize;
    features->level1_dcache_size = cpu->level1_dcache_size;
    features->level1_dcache_assoc = cpu->level1_dcache_assoc;
    features->level1_dcache_linesize = cpu->level1_dcache_linesize;
    features->level2_cache_size = cpu->level2_cache_size;
    features->level2_cache_assoc = cpu->level2_cache_assoc;
    features->level2_cache_linesize = cpu->level2_cache_linesize;
    features->level3_cache_size = cpu->level3_cache_size;
    features->level3_cache_assoc = cpu->level3_cache_assoc;
    features->level3_cache_linesize = cpu->level3_cache_linesize;
    features->level4_cache_size = cpu->level4_cache_size;
}

static void publish_thresholds(struct cpu_features *features, const struct processor *cpu) {
    features->data_cache_size = cpu->data_cache_size;
    features->shared_cache_size = cpu->shared_cache_size;
    features->non_temporal_threshold = cpu->non_temporal_threshold;
    features->rep_movsb_threshold = cpu->rep_movsb_threshold;
    features->rep_movsb_stop_threshold = cpu->rep_movsb_stop_threshold;
    features->rep_stosb_threshold = cpu->rep_stosb_threshold;
    if (cpu_publish_cache_divisor != NULL)
        cpu_publish_cache_divisor(features, cpu);
    if (cpu_publish_memset_threshold != NULL)
        cpu_publish_memset_threshold(features, cpu);
}

void cpu_publish(const struct processor *cpu) {
    struct cpu_features *features = &_rtld_global_ro._dl_x86_cpu_features;
    features->basic.kind = glibc_cpu_kinds[cpu->basic.kind];
    features->basic.max_cpuid = cpu->basic.max_cpuid;
    features->basic.family = cpu->basic.family;
    features->basic.model = cpu->basic.model;
    features->basic.stepping = cpu->basic.stepping;
    publish_leaves(features, cpu);
    for (unsigned bit = 0; bit < GLIBC_PREFERENCE_COUNT; ++bit)
        if ((cpu->preferred[0] & glibc_preferences[bit].preference) != 0)
            features->preferred[0] |= UINT32_C(1) << bit;
    features->isa_1 = cpu->isa_1;
    features->xsave_state_size = cpu->xsave_state_size;
    features->xsave_state_full_size = cpu->xsave_state_full_size;
    publish_levels(features, cpu);
    publish_thresholds(features, cpu);
}

/* libc's way to the features. */
EXPORT const struct cpu_features *_dl_x86_get_cpu_features(void);

const struct cpu_features *_dl_x86_get_cpu_features(void) {
    return &_rtld_global_ro._dl_x86_cpu_features;
}
