/* Cache sizes, and the sizes from which on glibc's memory functions change their method.
 *
 * Knows glibc's rules for the thresholds and the tunables that override them; what caches there
 * are, the files beside it find out. */
#include "glibc/cpu/cacheinfo.h"

#include "cpu_features_table.h"
#include "glibc/tunables.h"
#include "glibc_layout.h"

enum {
    NON_TEMPORAL_MINIMUM = 0x4040, /* one round of memset's largest loop */
    NON_TEMPORAL_SHIFT = 4,        /* memmove multiplies the threshold by 16 */
    REP_MOVSB_FSRM = 2112,
    REP_STOSB_MINIMUM = 1,
    REP_STOSB_USUAL = 2048,
};

/* The method that memmove uses: bytes of a vector, and from where on REP MOVSB is faster. */
struct copy_method {
    elf_addr vector, rep_movsb;
};

static struct copy_method copy_method(const struct processor *cpu) {
    uint32_t preferred = cpu->preferred[0];
    struct copy_method method = {16, 2048};
    if (cpu_usable(cpu, CPU_AVX512F) && (preferred & PREFER_NO_AVX512) == 0)
        method = (struct copy_method){64, 4096 * 4};
    else if ((preferred & PREFER_AVX_FAST_UNALIGNED_LOAD) != 0)
        method = (struct copy_method){32, 4096 * 2};
    if (cpu_usable(cpu, CPU_FSRM))
        method.rep_movsb = REP_MOVSB_FSRM;
    return method;
}

/* From where on stores should pass by the caches. */
static elf_addr non_temporal_threshold(const struct processor *cpu,
                                       const struct cache_shares *shares) {
    elf_addr threshold = (elf_addr)(shares->shared / (elf_saddr)cpu->cache_divisor);
    elf_addr low = (elf_addr)((elf_saddr)((elf_addr)shares->per_thread * 3) / 4);
    bool divides = cpu_usable(cpu, CPU_ERMS) ||
                   (cpu->basic.kind == CPU_ZHAOXIN && cache_rules.zhaoxin_divides);
    if (threshold < low || !divides)
        threshold = low;
    if (threshold < NON_TEMPORAL_MINIMUM)
        return cache_rules.unknown_cache;
    elf_addr maximum = ~(elf_addr)0 >> NON_TEMPORAL_SHIFT;
    return threshold > maximum ? maximum : threshold;
}

static elf_addr tunable_word(const char *name) {
    return (elf_addr)tunable_number(name, 0);
}

static void set_non_temporal(struct processor *cpu, const struct cache_shares *shares) {
    elf_addr largest = ~(elf_addr)0, maximum = largest >> NON_TEMPORAL_SHIFT;
    elf_addr value = tunable_word("glibc.cpu.x86_non_temporal_threshold");
    elf_addr for_memset = tunable_word("glibc.cpu.x86_memset_non_temporal_threshold");
    bool avoids = (cpu->preferred[0] & PREFER_AVOID_NON_TEMPORAL_MEMSET) != 0;
    cpu->non_temporal_threshold = non_temporal_threshold(cpu, shares);
    cpu->memset_non_temporal_threshold = avoids ? largest : cpu->non_temporal_threshold;
    if (value > NON_TEMPORAL_MINIMUM && value <= maximum)
        cpu->non_temporal_threshold = value;
    if (for_memset > NON_TEMPORAL_MINIMUM && for_memset <= maximum)
        cpu->memset_non_temporal_threshold = for_memset;
    tunable_set("glibc.cpu.x86_non_temporal_threshold", cpu->non_temporal_threshold,
                NON_TEMPORAL_MINIMUM, maximum);
    tunable_set("glibc.cpu.x86_memset_non_temporal_threshold", cpu->memset_non_temporal_threshold,
                NON_TEMPORAL_MINIMUM, largest);
}

/* memset with REP STOSB; only from there on it looks at its threshold for passing by the caches. */
static void set_rep_stosb(struct processor *cpu) {
    elf_addr largest = ~(elf_addr)0;
    bool avoids_it = cache_rules.amd_prefers_vectors && cpu->basic.kind == CPU_AMD &&
                     !tunable_was_set("glibc.cpu.x86_rep_stosb_threshold");
    cpu->rep_stosb_threshold =
        avoids_it ? largest
                  : (elf_addr)tunable_number("glibc.cpu.x86_rep_stosb_threshold", REP_STOSB_USUAL);
    if (GLIBC_AVOIDS_STOSB && (cpu->preferred[0] & PREFER_AVOID_STOSB) != 0)
        cpu->rep_stosb_threshold = cpu->memset_non_temporal_threshold;
    tunable_set("glibc.cpu.x86_rep_stosb_threshold", cpu->rep_stosb_threshold, REP_STOSB_MINIMUM,
                largest);
}

static void set_rep_movsb(struct processor *cpu, const struct cache_shares *shares,
                          elf_addr non_temporal) {
    struct copy_method method = copy_method(cpu);
    bool amd = cpu->basic.kind == CPU_AMD;
    elf_addr value = tunable_word("glibc.cpu.x86_rep_movsb_threshold");
    cpu->rep_movsb_threshold =
        amd && cache_rules.amd_prefers_vectors ? non_temporal : method.rep_movsb;
    if (value > method.vector * 8)
        cpu->rep_movsb_threshold = value;
    cpu->rep_movsb_stop_threshold = amd && cache_rules.amd_stops_string_copies_at_level_2
                                        ? (elf_addr)shares->core
                                        : cpu->non_temporal_threshold;
    tunable_set("glibc.cpu.x86_rep_movsb_threshold", cpu->rep_movsb_threshold, method.vector * 8,
                ~(elf_addr)0);
}

static void set_thresholds(struct processor *cpu, const struct cache_shares *shares) {
    set_non_temporal(cpu, shares);
    set_rep_movsb(cpu, shares, non_temporal_threshold(cpu, shares));
    set_rep_stosb(cpu);
}

static void set_sizes(struct processor *cpu, elf_saddr data, elf_saddr shared) {
    elf_addr largest = ~(elf_addr)0;
    elf_addr data_tunable = tunable_word("glibc.cpu.x86_data_cache_size");
    elf_addr shared_tunable = tunable_word("glibc.cpu.x86_shared_cache_size");
    cpu->data_cache_size = data_tunable != 0 ? data_tunable : (elf_addr)data;
    cpu->shared_cache_size = shared_tunable != 0 ? shared_tunable : (elf_addr)shared;
    /* An unknown size, -1, is out of bounds where a word has 32 bits. */
    tunable_set("glibc.cpu.x86_data_cache_size", (uint64_t)(elf_saddr)cpu->data_cache_size, 0,
                largest);
    tunable_set("glibc.cpu.x86_shared_cache_size", (uint64_t)(elf_saddr)cpu->shared_cache_size, 0,
                largest);
}

/* sysconf(3)'s _SC_LEVEL1_ICACHE_SIZE and so on. */
static void set_levels(struct processor *cpu, const struct cache_facts caches[CACHE_LEVELS]) {
    cpu->level1_icache_size = (elf_addr)caches[CACHE_L1I].size;
    cpu->level1_icache_linesize = (elf_addr)caches[CACHE_L1I].line_size;
    cpu->level1_dcache_size = (elf_addr)caches[CACHE_L1D].size;
    cpu->level1_dcache_assoc = (elf_addr)caches[CACHE_L1D].associativity;
    cpu->level1_dcache_linesize = (elf_addr)caches[CACHE_L1D].line_size;
    cpu->level2_cache_size = (elf_addr)caches[CACHE_L2].size;
    cpu->level2_cache_assoc = (elf_addr)caches[CACHE_L2].associativity;
    cpu->level2_cache_linesize = (elf_addr)caches[CACHE_L2].line_size;
    cpu->level3_cache_size = (elf_addr)caches[CACHE_L3].size;
    cpu->level3_cache_assoc = (elf_addr)caches[CACHE_L3].associativity;
    cpu->level3_cache_linesize = (elf_addr)caches[CACHE_L3].line_size;
    cpu->level4_cache_size = (elf_addr)caches[CACHE_L4].size;
}

void cacheinfo_init(struct processor *cpu, uint32_t last_extended_leaf) {
    struct cache_facts caches[CACHE_LEVELS];
    if (cache_rules.left_to_libc)
        return;
    for (unsigned level = 0; level < CACHE_LEVELS; ++level)
        caches[level] = (struct cache_facts){-1, -1, -1};
    if (cpu->basic.kind == CPU_INTEL)
        cacheinfo_read_intel(cpu, caches);
    else if (cpu->basic.kind == CPU_ZHAOXIN)
        cacheinfo_read_zhaoxin(caches);
    else if (cpu->basic.kind == CPU_AMD)
        cacheinfo_read_amd(cpu, last_extended_leaf, caches);
    else if (cpu->basic.kind == CPU_HYGON)
        cacheinfo_read_hygon(caches);
    set_levels(cpu, caches);
    struct cache_shares shares = {caches[CACHE_L2].size, caches[CACHE_L3].size,
                                  caches[CACHE_L3].size};
    if (cpu->basic.kind == CPU_AMD)
        cacheinfo_share_amd(cpu, last_extended_leaf, &shares);
    else if (cpu->basic.kind == CPU_INTEL || cpu->basic.kind == CPU_ZHAOXIN)
        cacheinfo_share_intel(cpu, &shares);
    set_sizes(cpu, caches[CACHE_L1D].size, shares.shared);
    set_thresholds(cpu, &shares);
}
