/* The processor in --list-diagnostics: struct processor, field by field. */
#include "cpu_features_table.h"
#include "format.h"
#include "glibc/cpu_bits.h"
#include "glibc/diagnostics.h"

#define PREFIX "x86.cpu_features."

static void print_leaf(unsigned index, const char *kind, const uint32_t words[4]) {
    for (unsigned i = 0; i < 4; ++i)
        print(1, PREFIX "features[0x%x].%s[0x%x]=0x%x\n", index, kind, i, words[i]);
}

static void print_sizes(const struct processor *cpu) {
    diagnostics_value(PREFIX "isa_1", cpu->isa_1);
    diagnostics_value(PREFIX "xsave_state_size", cpu->xsave_state_size);
    diagnostics_value(PREFIX "xsave_state_full_size", cpu->xsave_state_full_size);
    diagnostics_value(PREFIX "data_cache_size", cpu->data_cache_size);
    diagnostics_value(PREFIX "shared_cache_size", cpu->shared_cache_size);
    diagnostics_value(PREFIX "non_temporal_threshold", cpu->non_temporal_threshold);
    diagnostics_value(PREFIX "rep_movsb_threshold", cpu->rep_movsb_threshold);
    diagnostics_value(PREFIX "rep_movsb_stop_threshold", cpu->rep_movsb_stop_threshold);
    diagnostics_value(PREFIX "rep_stosb_threshold", cpu->rep_stosb_threshold);
    diagnostics_value(PREFIX "level1_icache_size", cpu->level1_icache_size);
    diagnostics_value(PREFIX "level1_icache_linesize", cpu->level1_icache_linesize);
    diagnostics_value(PREFIX "level1_dcache_size", cpu->level1_dcache_size);
    diagnostics_value(PREFIX "level1_dcache_assoc", cpu->level1_dcache_assoc);
    diagnostics_value(PREFIX "level1_dcache_linesize", cpu->level1_dcache_linesize);
    diagnostics_value(PREFIX "level2_cache_size", cpu->level2_cache_size);
    diagnostics_value(PREFIX "level2_cache_assoc", cpu->level2_cache_assoc);
    diagnostics_value(PREFIX "level2_cache_linesize", cpu->level2_cache_linesize);
    diagnostics_value(PREFIX "level3_cache_size", cpu->level3_cache_size);
    diagnostics_value(PREFIX "level3_cache_assoc", cpu->level3_cache_assoc);
    diagnostics_value(PREFIX "level3_cache_linesize", cpu->level3_cache_linesize);
    diagnostics_value(PREFIX "level4_cache_size", cpu->level4_cache_size);
}

void diagnostics_processor(void) {
    const struct processor *cpu = &processor;
    diagnostics_value(PREFIX "basic.kind", cpu->basic.kind);
    diagnostics_value(PREFIX "basic.max_cpuid", (uint32_t)cpu->basic.max_cpuid);
    diagnostics_value(PREFIX "basic.family", cpu->basic.family);
    diagnostics_value(PREFIX "basic.model", cpu->basic.model);
    diagnostics_value(PREFIX "basic.stepping", cpu->basic.stepping);
    for (unsigned index = 0; index < GLIBC_CPUID_COUNT; ++index) {
        unsigned kept = glibc_cpuid_leaves[index];
        print_leaf(index, "cpuid", cpu->features[kept].cpuid_array);
        print_leaf(index, "active", cpu->features[kept].active_array);
    }
    const char *name;
    for (unsigned bit = 0; (name = cpu_preference_name(bit)) != NULL; ++bit)
        print(1, PREFIX "preferred.%s=0x%x\n", name, cpu->preferred[0] >> bit & 1);
    print_sizes(cpu);
}
