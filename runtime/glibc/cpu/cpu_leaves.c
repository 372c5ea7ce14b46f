/* What CPUID says, as glibc keeps it.
 *
 * Each leaf is read once, and one that cannot hold anything but zeros is not read at all. Does not
 * judge what can be used. */
#include "cpu_features_table.h"
#include "glibc/cpu/cpu_bits.h"

enum {
    FIRST_EXTENDED_LEAF = (int)0x80000000,
    FAMILY_EXTENDED = 0xf, /* the family from which on its extension counts */
    FAMILY_P6 = 6,
};

/* The vendors as CPUID leaf 0 spells them: EBX, EDX, ECX. A glibc to which Hygon is no kind of its
 * own takes it for AMD. */
static const struct {
    char name[13];
    unsigned char kind;
} vendors[] = {
    {"GenuineIntel", CPU_INTEL}, {"AuthenticAMD", CPU_AMD},     {"HygonGenuine", CPU_HYGON},
    {"HygonGenuine", CPU_AMD},   {"CentaurHauls", CPU_ZHAOXIN}, {"  Shanghai  ", CPU_ZHAOXIN},
};

static const struct {
    uint32_t leaf, subleaf;
} cpuid_leaves[CPUID_INDEX_COUNT] = {
    [CPUID_INDEX_1] = {1, 0},
    [CPUID_INDEX_7] = {7, 0},
    [CPUID_INDEX_80000001] = {0x80000001, 0},
    [CPUID_INDEX_D_ECX_1] = {0xd, 1},
    [CPUID_INDEX_80000007] = {0x80000007, 0},
    [CPUID_INDEX_80000008] = {0x80000008, 0},
    [CPUID_INDEX_7_ECX_1] = {7, 1},
    [CPUID_INDEX_19] = {0x19, 0},
    [CPUID_INDEX_14_ECX_0] = {0x14, 0},
    [CPUID_INDEX_24_ECX_0] = {0x24, 0},
};

/* Leaves that are all zeros unless another leaf has a feature's bit. */
static const struct {
    unsigned char index;
    uint16_t feature;
} dependent_leaves[] = {
    {CPUID_INDEX_14_ECX_0, CPU_INTEL_PT},
    {CPUID_INDEX_19, CPU_KL},
    {CPUID_INDEX_24_ECX_0, CPU_AVX10},
};

static uint32_t word_at(const char *text) {
    uint32_t word = 0;
    for (unsigned i = 0; i < 4; ++i)
        word |= (uint32_t)(unsigned char)text[i] << i * 8;
    return word;
}

/* The first kind under the vendor's name that this glibc has. */
static enum cpu_kind kind_of(const struct cpuid_result *leaf) {
    for (unsigned i = 0; i < sizeof vendors / sizeof vendors[0]; ++i) {
        const char *name = vendors[i].name;
        if (glibc_cpu_kinds[vendors[i].kind] != 0 && leaf->words[EBX] == word_at(name) &&
            leaf->words[EDX] == word_at(name + 4) && leaf->words[ECX] == word_at(name + 8))
            return vendors[i].kind;
    }
    return CPU_OTHER;
}

/* Whether the leaf at `index` can hold anything. */
static bool is_worth_reading(const struct processor *cpu, unsigned index, uint32_t last) {
    if (cpuid_leaves[index].leaf > last)
        return false;
    /* Of leaf 7, EAX counts the subleaves. */
    if (index == CPUID_INDEX_7_ECX_1)
        return cpu->features[CPUID_INDEX_7].cpuid_array[EAX] >= cpuid_leaves[index].subleaf;
    for (unsigned i = 0; i < sizeof dependent_leaves / sizeof dependent_leaves[0]; ++i)
        if (dependent_leaves[i].index == index)
            return cpu_has(cpu, (enum cpu_feature)dependent_leaves[i].feature);
    return true;
}

static void read_leaf(struct processor *cpu, unsigned index) {
    struct cpuid_result result = cpuid(cpuid_leaves[index].leaf, cpuid_leaves[index].subleaf);
    for (unsigned i = 0; i < 4; ++i)
        cpu->features[index].cpuid_array[i] = result.words[i];
}

/* Family, model and stepping from leaf 1. glibc adds the extended model for the vendors that use it
 * with family 6 where it looks at the model; it is the same here. */
static void decode_model(struct processor *cpu) {
    uint32_t signature = cpu->features[CPUID_INDEX_1].cpuid_array[EAX];
    uint32_t family = signature >> 8 & 0xf, model = signature >> 4 & 0xf;
    uint32_t extended_model = signature >> 12 & 0xf0;
    bool adds_model =
        cpu->basic.kind == CPU_ZHAOXIN || (cpu->basic.kind == CPU_INTEL && family == FAMILY_P6);
    if (family == FAMILY_EXTENDED) {
        family += signature >> 20 & 0xff;
        model += extended_model;
    }
    cpu->basic.family = family;
    cpu->basic.model = model + (adds_model ? extended_model : 0);
    cpu->basic.stepping =
        cpu->basic.kind == CPU_ZHAOXIN ? 0 : signature & 0xf; /* as glibc has it */
}

uint32_t cpu_read_leaves(struct processor *cpu) {
    struct cpuid_result first = cpuid(0, 0);
    uint32_t last_extended = 0;
    bool known = kind_of(&first) != CPU_OTHER;
    cpu->basic.kind = kind_of(&first);
    cpu->basic.max_cpuid = (int32_t)first.words[EAX];
    if (known) { /* of other vendors glibc reads neither model nor extended leaves */
        read_leaf(cpu, CPUID_INDEX_1);
        decode_model(cpu);
        last_extended = cpuid((uint32_t)FIRST_EXTENDED_LEAF, 0).words[EAX];
    }
    for (unsigned index = CPUID_INDEX_1 + 1; index < CPUID_INDEX_COUNT; ++index) {
        bool extended = cpuid_leaves[index].leaf >= (uint32_t)FIRST_EXTENDED_LEAF;
        if (is_worth_reading(cpu, index, extended ? last_extended : first.words[EAX]))
            read_leaf(cpu, index);
    }
    return last_extended;
}
