/* Cache sizes of AMD processors (AMD APM volume 3, CPUID 0x80000005, 0x80000006, 0x8000001D). */
#include "glibc/cpu/cacheinfo.h"

enum {
    LEAF_L1 = (int)0x80000005,
    LEAF_L2_L3 = (int)0x80000006,
    LEAF_ADDRESSES = (int)0x80000008,
    LEAF_TOPOLOGY = (int)0x8000001d,
    TOPOLOGY_L3 = 3, /* subleaf */
    FAMILY_ZEN = 0x17,
};

/* Ways by the four-bit code of leaf 0x80000006; 0: other codes. 15 is fully associative. */
static const unsigned char ways_by_code[16] = {
    [1] = 1,   [2] = 2,   [4] = 4,   [6] = 8,   [8] = 16,
    [10] = 32, [11] = 48, [12] = 64, [13] = 96, [14] = 128,
};
enum { FULLY_ASSOCIATIVE = 15 };

static struct cache_facts read_l1(uint32_t word) {
    uint32_t ways = word >> 16 & 0xff;
    return (struct cache_facts){
        .size = (elf_saddr)(word >> 14 & 0x3fc00),
        /* Fully associative: as many ways as glibc's arithmetic makes of it. */
        .associativity = (elf_saddr)(ways == 0xff ? word >> 16 << 2 & 0x3fc00 : ways),
        .line_size = (elf_saddr)(word & 0xff),
    };
}

/* A level 2 or 3 cache of `size` bytes described by `word`. */
static struct cache_facts read_l2_or_l3(uint32_t word, uint32_t size) {
    uint32_t code = word >> 12 & 0xf, line = word & 0xff;
    struct cache_facts facts = {0, ways_by_code[code], 0};
    if (code == FULLY_ASSOCIATIVE)
        facts.associativity = line != 0 ? (elf_saddr)(size / line) : 0;
    if (code != 0) {
        facts.size = (elf_saddr)size;
        facts.line_size = (elf_saddr)line;
    }
    return facts;
}

/* Whether leaf 0x8000001D describes the caches: some hypervisors leave it empty. */
static bool has_topology(uint32_t last_extended_leaf) {
    return cache_rules.amd_by_topology && last_extended_leaf >= (uint32_t)LEAF_TOPOLOGY &&
           cpuid((uint32_t)LEAF_TOPOLOGY, 0).words[ECX] != 0;
}

/* One cache by its subleaf of 0x8000001D. */
static struct cache_facts read_topology(uint32_t subleaf) {
    struct cpuid_result leaf = cpuid((uint32_t)LEAF_TOPOLOGY, subleaf);
    elf_saddr ways = (elf_saddr)(leaf.words[EBX] >> 22 & 0x3ff) + 1;
    elf_saddr line = (elf_saddr)(leaf.words[EBX] & 0xfff) + 1;
    return (struct cache_facts){ways * line * ((elf_saddr)leaf.words[ECX] + 1), ways, line};
}

static void read_all_by_topology(struct cache_facts caches[CACHE_LEVELS]) {
    caches[CACHE_L1D] = read_topology(0);
    caches[CACHE_L1I] = read_topology(1);
    caches[CACHE_L2] = read_topology(2);
    caches[CACHE_L3] = read_topology(3);
}

/* How many logical processors the chip has, by the means of processors before leaf 0x8000001D. */
static uint32_t count_addresses(const struct processor *cpu, uint32_t last_extended_leaf) {
    if (last_extended_leaf >= (uint32_t)LEAF_ADDRESSES)
        return (cpu->features[CPUID_INDEX_80000008].cpuid_array[ECX] & 0xff) + 1;
    return cpu_has(cpu, CPU_HTT) ? cpu->features[CPUID_INDEX_1].cpuid_array[EBX] >> 16 & 0xff : 0;
}

/* The part of a level 3 cache that is one thread's or, since Zen, one core complex's. */
static elf_saddr part_of_level_3(const struct processor *cpu, uint32_t last_extended_leaf,
                                 elf_saddr size) {
    uint32_t threads = count_addresses(cpu, last_extended_leaf);
    elf_saddr part = threads > 0 ? size / (elf_saddr)threads : 0;
    if (cpu->basic.family < FAMILY_ZEN)
        return part;
    struct cpuid_result leaf = cpuid((uint32_t)LEAF_TOPOLOGY, TOPOLOGY_L3);
    return part * (elf_saddr)((leaf.words[EAX] >> 14 & 0xfff) + 1);
}

void cacheinfo_read_hygon(struct cache_facts caches[CACHE_LEVELS]) {
    read_all_by_topology(caches);
}

void cacheinfo_read_amd(const struct processor *cpu, uint32_t last_extended_leaf,
                        struct cache_facts caches[CACHE_LEVELS]) {
    unsigned levels =
        cache_rules.amd_by_topology ? CACHE_LEVELS : CACHE_L4; /* of the fourth: 0, -1 */
    for (unsigned level = 0; level < levels; ++level)
        caches[level] = (struct cache_facts){0, 0, 0};
    if (has_topology(last_extended_leaf)) {
        read_all_by_topology(caches);
        return;
    }
    if (last_extended_leaf >= (uint32_t)LEAF_L1) {
        struct cpuid_result leaf = cpuid((uint32_t)LEAF_L1, 0);
        caches[CACHE_L1D] = read_l1(leaf.words[ECX]);
        caches[CACHE_L1I] = read_l1(leaf.words[EDX]);
    }
    if (last_extended_leaf >= (uint32_t)LEAF_L2_L3) {
        struct cpuid_result leaf = cpuid((uint32_t)LEAF_L2_L3, 0);
        uint32_t l2 = leaf.words[ECX], l3 = leaf.words[EDX];
        caches[CACHE_L2] = read_l2_or_l3(l2, l2 >> 6 & 0x3fffc00);
        caches[CACHE_L3] = read_l2_or_l3(l3, (l3 & 0x3ffc0000) << 1);
        if (cache_rules.amd_by_topology)
            caches[CACHE_L3].size = part_of_level_3(cpu, last_extended_leaf, caches[CACHE_L3].size);
    }
}

/* How many logical processors the chip has. */
static uint32_t count_threads(const struct processor *cpu, uint32_t last_extended_leaf) {
    uint32_t threads = 0;
    if (last_extended_leaf >= (uint32_t)LEAF_ADDRESSES)
        threads = UINT32_C(1) << (cpu->features[CPUID_INDEX_80000008].cpuid_array[ECX] >> 12 & 0xf);
    if ((threads == 0 || cpu->basic.family >= FAMILY_ZEN) && cpu_has(cpu, CPU_HTT))
        threads = cpu->features[CPUID_INDEX_1].cpuid_array[EBX] >> 16 & 0xff;
    return threads;
}

void cacheinfo_share_amd(const struct processor *cpu, uint32_t last_extended_leaf,
                         struct cache_shares *shares) {
    if (shares->shared <= 0) { /* no level 3 cache */
        shares->shared = shares->core;
        shares->per_thread = shares->core;
        return;
    }
    if (cache_rules.amd_by_topology) { /* what the leaf says is of one core complex already */
        shares->shared += cpu->basic.family < FAMILY_ZEN ? shares->core : 0;
        shares->per_thread = shares->shared;
        return;
    }
    uint32_t threads = count_threads(cpu, last_extended_leaf);
    if (threads > 0)
        shares->per_thread /= (elf_saddr)threads;
    if (cpu->basic.family >= FAMILY_ZEN) { /* each core complex has a level 3 cache of its own */
        struct cpuid_result leaf = cpuid((uint32_t)LEAF_TOPOLOGY, TOPOLOGY_L3);
        shares->per_thread *= (elf_saddr)((leaf.words[EAX] >> 14 & 0xfff) + 1);
    } else { /* level 2 and 3 are exclusive */
        shares->shared += shares->core;
        shares->per_thread += shares->core;
    }
}
