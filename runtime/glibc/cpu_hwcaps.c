/* The tunable glibc.cpu.hwcaps: withdraws features and changes preferences by name (glibc manual,
 * "Hardware Capability Tunables"). */
#include "glibc/cpu_bits.h"
#include "search_path.h"
#include "text.h"

/* Features that can be withdrawn. */
static const struct {
    const char *name;
    uint16_t feature;
} withdrawable[] = {
    {"AVX", CPU_AVX},           {"CX8", CPU_CX8},           {"FMA", CPU_FMA},
    {"HTT", CPU_HTT},           {"IBT", CPU_IBT},           {"RTM", CPU_RTM},
    {"AVX2", CPU_AVX2},         {"BMI1", CPU_BMI1},         {"BMI2", CPU_BMI2},
    {"CMOV", CPU_CMOV},         {"ERMS", CPU_ERMS},         {"FMA4", CPU_FMA4},
    {"SSE2", CPU_SSE2},         {"LZCNT", CPU_LZCNT},       {"MOVBE", CPU_MOVBE},
    {"SHSTK", CPU_SHSTK},       {"SSSE3", CPU_SSSE3},       {"XSAVE", CPU_XSAVE},
    {"POPCNT", CPU_POPCNT},     {"SSE4_1", CPU_SSE4_1},     {"SSE4_2", CPU_SSE4_2},
    {"XSAVEC", CPU_XSAVEC},     {"AVX512F", CPU_AVX512F},   {"OSXSAVE", CPU_OSXSAVE},
    {"AVX512CD", CPU_AVX512CD}, {"AVX512BW", CPU_AVX512BW}, {"AVX512DQ", CPU_AVX512DQ},
    {"AVX512ER", CPU_AVX512ER}, {"AVX512PF", CPU_AVX512PF}, {"AVX512VL", CPU_AVX512VL},
};

/* Preferences by bit (enum cpu_preference), and when they can be changed. */
enum need {
    NOTHING,   /* always */
    A_FEATURE, /* set only where the feature is usable */
    WITHDRAWN, /* withdrawn only */
    FIXED,     /* never */
};
static const struct {
    const char *name;
    uint16_t feature;
    unsigned char need;
} preferences[] = {
    {"Fast_Rep_String", 0, NOTHING},
    {"Fast_Copy_Backward", 0, NOTHING},
    {"Slow_BSF", 0, NOTHING},
    {"Fast_Unaligned_Load", 0, NOTHING},
    {"Prefer_PMINUB_for_stringop", CPU_SSE2, A_FEATURE},
    {"Fast_Unaligned_Copy", 0, NOTHING},
    {"I586", 0, WITHDRAWN},
    {"I686", 0, WITHDRAWN},
    {"Slow_SSE4_2", CPU_SSE4_2, A_FEATURE},
    {"AVX_Fast_Unaligned_Load", CPU_AVX, A_FEATURE},
    {"Prefer_No_VZEROUPPER", CPU_AVX, A_FEATURE},
    {"Prefer_ERMS", 0, NOTHING},
    {"Prefer_No_AVX512", CPU_AVX512F, A_FEATURE},
    {"MathVec_Prefer_No_AVX512", CPU_AVX512F, A_FEATURE},
    {"Prefer_FSRM", 0, NOTHING},
    {"Avoid_Short_Distance_REP_MOVSB", 0, FIXED},
};
enum { PREFERENCE_COUNT = sizeof preferences / sizeof preferences[0] };

const char *cpu_preference_name(unsigned bit) {
    return bit < PREFERENCE_COUNT ? preferences[bit].name : NULL;
}

static bool is_named(const struct path_part *part, const char *name) {
    return part->length == strlen(name) && memcmp(part->start, name, part->length) == 0;
}

static void withdraw(struct processor *cpu, const struct path_part *name) {
    for (unsigned i = 0; i < sizeof withdrawable / sizeof withdrawable[0]; ++i) {
        if (is_named(name, withdrawable[i].name)) {
            cpu_disable(cpu, (enum cpu_feature)withdrawable[i].feature);
            if (withdrawable[i].feature == CPU_XSAVEC)
                cpu->xsave_state_size = cpu->xsave_state_full_size;
        }
    }
}

static bool may_set(const struct processor *cpu, unsigned bit) {
    return preferences[bit].need == NOTHING ||
           (preferences[bit].need == A_FEATURE &&
            cpu_usable(cpu, (enum cpu_feature)preferences[bit].feature));
}

static void prefer(struct processor *cpu, const struct path_part *name, bool wanted) {
    for (unsigned bit = 0; bit < PREFERENCE_COUNT; ++bit) {
        if (!is_named(name, preferences[bit].name))
            continue;
        if (!wanted && preferences[bit].need != FIXED)
            cpu->preferred[0] &= ~(UINT32_C(1) << bit);
        else if (wanted && may_set(cpu, bit))
            cpu->preferred[0] |= UINT32_C(1) << bit;
    }
}

void cpu_apply_hwcaps(struct processor *cpu, const char *list) {
    struct path_part part;
    while (path_next(&list, ",", &part)) {
        bool wanted = part.length == 0 || part.start[0] != '-';
        if (!wanted) {
            part = (struct path_part){part.start + 1, part.length - 1};
            withdraw(cpu, &part);
        }
        prefer(cpu, &part, wanted);
    }
}
