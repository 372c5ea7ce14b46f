/* Cache sizes of Intel and Zhaoxin processors (Intel SDM volume 2, CPUID leaves 2 and 4). */
#include "glibc/cpu/cacheinfo.h"

enum { LEAF2 = 2, LEAF4 = 4, CACHES_KEPT = 8 };

/* One-byte descriptors of leaf 2, in ascending order. */
enum { NO_LEVEL_2_OR_3 = 0x40, AMBIGUOUS = 0x49, SEE_LEAF_4 = 0xff };
static const struct {
    unsigned char code, level, associativity, line_size;
    uint16_t kibibytes;
} descriptors[] = {
    {0x06, CACHE_L1I, 4, 32, 8},     {0x08, CACHE_L1I, 4, 32, 16},
    {0x09, CACHE_L1I, 4, 32, 32},    {0x0a, CACHE_L1D, 2, 32, 8},
    {0x0c, CACHE_L1D, 4, 32, 16},    {0x0d, CACHE_L1D, 4, 64, 16},
    {0x0e, CACHE_L1D, 6, 64, 24},    {0x21, CACHE_L2, 8, 64, 256},
    {0x22, CACHE_L3, 4, 64, 512},    {0x23, CACHE_L3, 8, 64, 1024},
    {0x25, CACHE_L3, 8, 64, 2048},   {0x29, CACHE_L3, 8, 64, 4096},
    {0x2c, CACHE_L1D, 8, 64, 32},    {0x30, CACHE_L1I, 8, 64, 32},
    {0x39, CACHE_L2, 4, 64, 128},    {0x3a, CACHE_L2, 6, 64, 192},
    {0x3b, CACHE_L2, 2, 64, 128},    {0x3c, CACHE_L2, 4, 64, 256},
    {0x3d, CACHE_L2, 6, 64, 384},    {0x3e, CACHE_L2, 4, 64, 512},
    {0x3f, CACHE_L2, 2, 64, 256},    {0x41, CACHE_L2, 4, 32, 128},
    {0x42, CACHE_L2, 4, 32, 256},    {0x43, CACHE_L2, 4, 32, 512},
    {0x44, CACHE_L2, 4, 32, 1024},   {0x45, CACHE_L2, 4, 32, 2048},
    {0x46, CACHE_L3, 4, 64, 4096},   {0x47, CACHE_L3, 8, 64, 8192},
    {0x48, CACHE_L2, 12, 64, 3072},  {0x49, CACHE_L2, 16, 64, 4096},
    {0x4a, CACHE_L3, 12, 64, 6144},  {0x4b, CACHE_L3, 16, 64, 8192},
    {0x4c, CACHE_L3, 12, 64, 12288}, {0x4d, CACHE_L3, 16, 64, 16384},
    {0x4e, CACHE_L2, 24, 64, 6144},  {0x60, CACHE_L1D, 8, 64, 16},
    {0x66, CACHE_L1D, 4, 64, 8},     {0x67, CACHE_L1D, 4, 64, 16},
    {0x68, CACHE_L1D, 4, 64, 32},    {0x78, CACHE_L2, 8, 64, 1024},
    {0x79, CACHE_L2, 8, 64, 128},    {0x7a, CACHE_L2, 8, 64, 256},
    {0x7b, CACHE_L2, 8, 64, 512},    {0x7c, CACHE_L2, 8, 64, 1024},
    {0x7d, CACHE_L2, 8, 64, 2048},   {0x7f, CACHE_L2, 2, 64, 512},
    {0x80, CACHE_L2, 8, 64, 512},    {0x82, CACHE_L2, 8, 32, 256},
    {0x83, CACHE_L2, 8, 32, 512},    {0x84, CACHE_L2, 8, 32, 1024},
    {0x85, CACHE_L2, 8, 32, 2048},   {0x86, CACHE_L2, 4, 64, 512},
    {0x87, CACHE_L2, 8, 64, 1024},   {0xd0, CACHE_L3, 4, 64, 512},
    {0xd1, CACHE_L3, 4, 64, 1024},   {0xd2, CACHE_L3, 4, 64, 2048},
    {0xd6, CACHE_L3, 8, 64, 1024},   {0xd7, CACHE_L3, 8, 64, 2048},
    {0xd8, CACHE_L3, 8, 64, 4096},   {0xdc, CACHE_L3, 12, 64, 2048},
    {0xdd, CACHE_L3, 12, 64, 4096},  {0xde, CACHE_L3, 12, 64, 8192},
    {0xe2, CACHE_L3, 16, 64, 2048},  {0xe3, CACHE_L3, 16, 64, 4096},
    {0xe4, CACHE_L3, 16, 64, 8192},  {0xea, CACHE_L3, 24, 64, 12288},
    {0xeb, CACHE_L3, 24, 64, 18432}, {0xec, CACHE_L3, 24, 64, 24576},
};

/* Leaf 4, EAX. */
enum cache_type { TYPE_NONE, TYPE_DATA, TYPE_INSTRUCTION, TYPE_UNIFIED };

struct cpuid_result cacheinfo_leaf4(unsigned index) {
    static struct cpuid_result kept[CACHES_KEPT];
    static bool known[CACHES_KEPT];
    if (index >= CACHES_KEPT)
        return cpuid(LEAF4, index);
    if (!known[index]) {
        known[index] = true;
        kept[index] = cpuid(LEAF4, index);
    }
    return kept[index];
}

static bool describes(const struct cpuid_result *leaf, enum cache_level level) {
    uint32_t type = leaf->words[EAX] & 0x1f, number = leaf->words[EAX] >> 5 & 7;
    return (level == CACHE_L1D && number == 1 && type == TYPE_DATA) ||
           (level == CACHE_L1I && number == 1 && type == TYPE_INSTRUCTION) ||
           (level >= CACHE_L2 && number == (uint32_t)level - CACHE_L2 + 2);
}

/* What leaf 4 says of a level. False: nothing. */
static bool read_leaf4(enum cache_level level, struct cache_facts *facts) {
    for (unsigned index = 0;; ++index) {
        struct cpuid_result leaf = cacheinfo_leaf4(index);
        if ((leaf.words[EAX] & 0x1f) == TYPE_NONE)
            return false;
        if (describes(&leaf, level)) {
            uint32_t ways = (leaf.words[EBX] >> 22) + 1, line = (leaf.words[EBX] & 0xfff) + 1;
            uint32_t partitions = (leaf.words[EBX] >> 12 & 0x3ff) + 1;
            facts->size = (elf_saddr)(ways * partitions * line * (leaf.words[ECX] + 1));
            facts->associativity = (elf_saddr)ways;
            facts->line_size = (elf_saddr)line;
            return true;
        }
    }
}

/* What one descriptor says of a level. False: nothing. */
static bool read_descriptor(unsigned code, enum cache_level level, struct cache_facts *facts) {
    const unsigned count = sizeof descriptors / sizeof descriptors[0];
    for (unsigned i = 0; i < count && descriptors[i].code <= code; ++i) {
        if (descriptors[i].code == code && descriptors[i].level == level) {
            facts->size = (elf_saddr)descriptors[i].kibibytes * 1024;
            facts->associativity = descriptors[i].associativity;
            facts->line_size = descriptors[i].line_size;
            return true;
        }
    }
    return false;
}

/* Looks for a level in the four descriptors of a word. True: the search is over. */
static bool read_word(const struct processor *cpu, uint32_t word, enum cache_level level,
                      struct cache_facts *facts, bool *no_level_2_or_3) {
    if ((word & 0x80000000u) != 0) /* reserved */
        return false;
    for (; word != 0; word >>= 8) {
        unsigned code = word & 0xff;
        if (code == NO_LEVEL_2_OR_3) {
            *no_level_2_or_3 = true;
            if (level == CACHE_L3)
                return false;
        } else if (code == SEE_LEAF_4) {
            if (!read_leaf4(level, facts))
                *facts = (struct cache_facts){-1, -1, -1};
            return true;
        } else {
            if (code == AMBIGUOUS && level == CACHE_L3 && cpu->basic.family == 15 &&
                cpu->basic.model == 6)
                level = CACHE_L2; /* there the level 3 cache has the level 2 descriptor */
            if (read_descriptor(code, level, facts))
                return true;
        }
    }
    return false;
}

static void read_level(const struct processor *cpu, const struct cpuid_result *leaf2,
                       enum cache_level level, struct cache_facts *facts) {
    /* The lowest byte is always 1; where it is not, leaf 4 is the only source. */
    bool usual = (leaf2->words[EAX] & 0xff) == 1;
    bool no_level_2_or_3 = false;
    if (!usual) {
        read_word(cpu, SEE_LEAF_4, level, facts, &no_level_2_or_3);
        return;
    }
    for (unsigned i = 0; i < 4; ++i) {
        uint32_t word = i == EAX ? leaf2->words[i] & 0xffffff00u : leaf2->words[i];
        if (read_word(cpu, word, level, facts, &no_level_2_or_3))
            return;
    }
    if (no_level_2_or_3 && (level == CACHE_L2 || level == CACHE_L3))
        *facts = (struct cache_facts){-1, -1, -1};
}

void cacheinfo_read_intel(const struct processor *cpu, struct cache_facts caches[CACHE_LEVELS]) {
    if (cpu->basic.max_cpuid < LEAF2)
        return;
    struct cpuid_result leaf2 = cpuid(LEAF2, 0);
    for (unsigned level = 0; level < CACHE_LEVELS; ++level) {
        caches[level] = (struct cache_facts){0, 0, 0};
        read_level(cpu, &leaf2, (enum cache_level)level, &caches[level]);
    }
}

void cacheinfo_read_zhaoxin(struct cache_facts caches[CACHE_LEVELS]) {
    for (unsigned level = 0; level < CACHE_L4; ++level) {
        caches[level] = (struct cache_facts){0, 0, 0};
        read_leaf4((enum cache_level)level, &caches[level]);
    }
}
