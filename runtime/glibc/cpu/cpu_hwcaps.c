/* The tunable glibc.cpu.hwcaps: withdraws features and changes preferences by name (glibc manual,
 * "Hardware Capability Tunables"). */
#include "glibc/cpu/cpu_bits.h"
#include "glibc/cpu/cpu_publish.h"
#include "base/search_path.h"
#include "base/text.h"

/* Features that can be withdrawn. */
static const struct {
    char name[10];
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

/* Preferences and when they can be changed. One that this glibc lacks is never published. */
enum need {
    NOTHING,   /* always */
    A_FEATURE, /* set only where the feature is usable */
    WITHDRAWN, /* withdrawn only */
};
static const struct {
    char name[32];
    uint32_t preference;
    uint16_t feature;
    unsigned char need;
} preferences[] = {
    {"Fast_Rep_String", PREFER_FAST_REP_STRING, 0, NOTHING},
    {"Fast_Copy_Backward", PREFER_FAST_COPY_BACKWARD, 0, NOTHING},
    {"Slow_BSF", PREFER_SLOW_BSF, 0, NOTHING},
    {"Fast_Unaligned_Load", PREFER_FAST_UNALIGNED_LOAD, 0, NOTHING},
    {"Prefer_PMINUB_for_stringop", PREFER_PMINUB_FOR_STRINGOP, CPU_SSE2, A_FEATURE},
    {"Fast_Unaligned_Copy", PREFER_FAST_UNALIGNED_COPY, 0, NOTHING},
    {"I586", PREFER_I586, 0, WITHDRAWN},
    {"I686", PREFER_I686, 0, WITHDRAWN},
    {"Slow_SSE4_2", PREFER_SLOW_SSE4_2, CPU_SSE4_2, A_FEATURE},
    {"AVX_Fast_Unaligned_Load", PREFER_AVX_FAST_UNALIGNED_LOAD, CPU_AVX, A_FEATURE},
    {"Prefer_No_VZEROUPPER", PREFER_NO_VZEROUPPER, CPU_AVX, A_FEATURE},
    {"Prefer_ERMS", PREFER_ERMS, 0, NOTHING},
    {"Prefer_No_AVX512", PREFER_NO_AVX512, CPU_AVX512F, A_FEATURE},
    {"MathVec_Prefer_No_AVX512", PREFER_MATHVEC_PREFER_NO_AVX512, CPU_AVX512F, A_FEATURE},
    {"Prefer_FSRM", PREFER_FSRM, 0, NOTHING},
    {"Avoid_Non_Temporal_Memset", PREFER_AVOID_NON_TEMPORAL_MEMSET, 0, NOTHING},
    {"Avoid_STOSB", PREFER_AVOID_STOSB, 0, NOTHING},
    {"Prefer_AVX2_STRCMP", PREFER_AVX2_STRCMP, CPU_AVX2, A_FEATURE},
};
enum { PREFERENCE_COUNT = sizeof preferences / sizeof preferences[0] };

static bool is_named(const struct path_part *part, const char *name) {
    return part->length == strlen(name) && memcmp(part->start, name, part->length) == 0;
}

static void withdraw_feature(struct processor *cpu, enum cpu_feature feature) {
    cpu_disable(cpu, feature);
    if (feature == CPU_XSAVEC) {
        cpu->xsave_state_size = cpu->xsave_state_full_size;
        cpu->tlsdesc_state_size = cpu->xsave_state_full_size;
    }
}

static void withdraw(struct processor *cpu, const struct path_part *name) {
    static const char suffix[] = "_Usable";
    enum { SUFFIX = sizeof suffix - 1 };
    struct path_part stem = *name;
    bool use =
        name->length > SUFFIX && memcmp(name->start + name->length - SUFFIX, suffix, SUFFIX) == 0;
    if (use)
        stem.length -= SUFFIX;
    for (unsigned i = 0; i < sizeof withdrawable / sizeof withdrawable[0]; ++i) {
        enum cpu_feature feature = (enum cpu_feature)withdrawable[i].feature;
        if (!is_named(&stem, withdrawable[i].name))
            continue;
        if (cpu_withdraw_apart != NULL)
            cpu_withdraw_apart(cpu, feature, use);
        else if (!use)
            withdraw_feature(cpu, feature);
    }
}

static bool may_set(const struct processor *cpu, unsigned row) {
    return preferences[row].need == NOTHING ||
           (preferences[row].need == A_FEATURE &&
            cpu_usable(cpu, (enum cpu_feature)preferences[row].feature));
}

static void prefer(struct processor *cpu, const struct path_part *name, bool wanted) {
    for (unsigned row = 0; row < PREFERENCE_COUNT; ++row) {
        if (!is_named(name, preferences[row].name))
            continue;
        if (!wanted)
            cpu->preferred[0] &= ~preferences[row].preference;
        else if (may_set(cpu, row))
            cpu->preferred[0] |= preferences[row].preference;
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
