/* Which features programs may use: CPUID's bit alone is not enough where the operating system has
 * to save the registers.
 *
 * The table says what each feature waits for; sizes of the XSAVE area and the ISA levels follow. */
#include "cpu_features_table.h"
#include "glibc/cpu/cpu_bits.h"

/* What a feature waits for besides its own CPUID bit. */
enum condition {
    ALWAYS,               /* nothing */
    RTM_WORKS,            /* transactions that do not abort always */
    WITH_AVX,             /* AVX, and the system saves XMM and YMM */
    WITH_AVX_OF_AMD,      /* the same; glibc asks for it on AMD processors alone */
    WITH_AVX512,          /* AVX512F, and the system saves mask registers and ZMM as well */
    WITH_TILES,           /* the system saves tiles */
    WITH_XSAVE,           /* the system uses XSAVE */
    WITH_PROTECTION_KEYS, /* the system uses protection keys */
    WITH_KEY_LOCKER,      /* the system uses the key locker */
    CONDITION_COUNT,
};

static const struct {
    uint16_t feature;
    unsigned char condition;
} features[] = {
    {CPU_SSE3, ALWAYS},
    {CPU_PCLMULQDQ, ALWAYS},
    {CPU_SSSE3, ALWAYS},
    {CPU_CMPXCHG16B, ALWAYS},
    {CPU_SSE4_1, ALWAYS},
    {CPU_SSE4_2, ALWAYS},
    {CPU_MOVBE, ALWAYS},
    {CPU_POPCNT, ALWAYS},
    {CPU_AES, ALWAYS},
    {CPU_OSXSAVE, ALWAYS},
    {CPU_TSC, ALWAYS},
    {CPU_CX8, ALWAYS},
    {CPU_CMOV, ALWAYS},
    {CPU_CLFSH, ALWAYS},
    {CPU_MMX, ALWAYS},
    {CPU_FXSR, ALWAYS},
    {CPU_SSE, ALWAYS},
    {CPU_SSE2, ALWAYS},
    {CPU_HTT, ALWAYS},
    {CPU_BMI1, ALWAYS},
    {CPU_HLE, ALWAYS},
    {CPU_BMI2, ALWAYS},
    {CPU_ERMS, ALWAYS},
    {CPU_RDSEED, ALWAYS},
    {CPU_ADX, ALWAYS},
    {CPU_CLFLUSHOPT, ALWAYS},
    {CPU_CLWB, ALWAYS},
    {CPU_SHA, ALWAYS},
    {CPU_PREFETCHWT1, ALWAYS},
    {CPU_OSPKE, ALWAYS},
    {CPU_WAITPKG, ALWAYS},
    {CPU_GFNI, ALWAYS},
    {CPU_RDPID, ALWAYS},
    {CPU_RDRAND, ALWAYS},
    {CPU_CLDEMOTE, ALWAYS},
    {CPU_MOVDIRI, ALWAYS},
    {CPU_MOVDIR64B, ALWAYS},
    {CPU_FSRM, ALWAYS},
    {CPU_RTM_ALWAYS_ABORT, ALWAYS},
    {CPU_SERIALIZE, ALWAYS},
    {CPU_TSXLDTRK, ALWAYS},
    {CPU_LAHF64_SAHF64, ALWAYS},
    {CPU_LZCNT, ALWAYS},
    {CPU_SSE4A, ALWAYS},
    {CPU_PREFETCHW, ALWAYS},
    {CPU_TBM, ALWAYS},
    {CPU_RDTSCP, ALWAYS},
    {CPU_WBNOINVD, ALWAYS},
    {CPU_FZLRM, ALWAYS},
    {CPU_FSRS, ALWAYS},
    {CPU_FSRCS, ALWAYS},
    {CPU_PTWRITE, ALWAYS},
    {CPU_RTM, RTM_WORKS},
    {CPU_AVX, WITH_AVX},
    {CPU_AVX2, WITH_AVX},
    {CPU_AVX_VNNI, WITH_AVX},
    {CPU_FMA, WITH_AVX},
    {CPU_VAES, WITH_AVX},
    {CPU_VPCLMULQDQ, WITH_AVX},
    {CPU_XOP, WITH_AVX},
    {CPU_F16C, WITH_AVX},
    {CPU_FMA4, WITH_AVX_OF_AMD},
    {CPU_AVX512F, WITH_AVX512},
    {CPU_AVX512CD, WITH_AVX512},
    {CPU_AVX512ER, WITH_AVX512},
    {CPU_AVX512PF, WITH_AVX512},
    {CPU_AVX512VL, WITH_AVX512},
    {CPU_AVX512DQ, WITH_AVX512},
    {CPU_AVX512BW, WITH_AVX512},
    {CPU_AVX512_4FMAPS, WITH_AVX512},
    {CPU_AVX512_4VNNIW, WITH_AVX512},
    {CPU_AVX512_BITALG, WITH_AVX512},
    {CPU_AVX512_IFMA, WITH_AVX512},
    {CPU_AVX512_VBMI, WITH_AVX512},
    {CPU_AVX512_VBMI2, WITH_AVX512},
    {CPU_AVX512_VNNI, WITH_AVX512},
    {CPU_AVX512_VPOPCNTDQ, WITH_AVX512},
    {CPU_AVX512_VP2INTERSECT, WITH_AVX512},
    {CPU_AVX512_BF16, WITH_AVX512},
    {CPU_AVX512_FP16, WITH_AVX512},
    {CPU_AMX_BF16, WITH_TILES},
    {CPU_AMX_TILE, WITH_TILES},
    {CPU_AMX_INT8, WITH_TILES},
    {CPU_XSAVE, WITH_XSAVE},
    {CPU_XSAVEOPT, WITH_XSAVE},
    {CPU_XSAVEC, WITH_XSAVE},
    {CPU_XGETBV_ECX_1, WITH_XSAVE},
    {CPU_XFD, WITH_XSAVE},
    {CPU_PKU, WITH_PROTECTION_KEYS},
    {CPU_AESKLE, WITH_KEY_LOCKER},
    {CPU_KL, WITH_KEY_LOCKER},
    {CPU_WIDE_KL, WITH_KEY_LOCKER},
};
enum { FEATURE_COUNT = sizeof features / sizeof features[0] };

static void find_conditions(const struct processor *cpu, bool holds[CONDITION_COUNT]) {
    bool xsave = cpu_has(cpu, CPU_OSXSAVE);
    holds[ALWAYS] = true;
    holds[RTM_WORKS] = !cpu_has(cpu, CPU_RTM_ALWAYS_ABORT);
    holds[WITH_AVX] = cpu_saves(cpu, CPU_STATES_AVX) && cpu_has(cpu, CPU_AVX);
    holds[WITH_AVX_OF_AMD] = holds[WITH_AVX] && cpu->basic.kind == CPU_AMD;
    holds[WITH_AVX512] =
        cpu_saves(cpu, CPU_STATES_AVX | CPU_STATES_AVX512) && cpu_has(cpu, CPU_AVX512F);
    holds[WITH_TILES] = cpu_saves(cpu, CPU_STATES_TILES);
    holds[WITH_XSAVE] = xsave;
    holds[WITH_PROTECTION_KEYS] = cpu_has(cpu, CPU_OSPKE);
    holds[WITH_KEY_LOCKER] = cpu_has(cpu, CPU_AESKLE);
}

enum {
    XSAVE_LEAF = 0xd,
    XSAVE_ALIGN = 64,
    LEGACY_AREA = 576, /* x87, SSE and the header */
};

/* The states that lazy binding and TLS descriptors may save, and the size that each has in every
 * processor (Linux checks that it does); all of them keep the 64-byte alignment. */
static const struct {
    unsigned char state;
    uint16_t size;
} saved_states[] = {{2, 256},  {3, 64},  {5, 64},    {6, 512},
                    {7, 1024}, {17, 64}, {18, 8192}, {19, 128}};

static uint32_t with_registers(uint32_t size) {
    return (size + GLIBC_REGISTER_AREA + XSAVE_ALIGN - 1) & ~(uint32_t)(XSAVE_ALIGN - 1);
}

/* The area of XSAVEC for those of `states` that this processor and this glibc know. */
static uint32_t compact_size(uint32_t states) {
    uint32_t size = LEGACY_AREA;
    for (unsigned i = 0; i < sizeof saved_states / sizeof saved_states[0]; ++i)
        if ((states & GLIBC_SAVED_STATES) >> saved_states[i].state & 1)
            size += saved_states[i].size;
    return with_registers(size);
}

static void find_xsave_size(struct processor *cpu) {
    if (!cpu_has(cpu, CPU_OSXSAVE) || cpu->basic.max_cpuid < XSAVE_LEAF)
        return;
    struct cpuid_result area = cpuid(XSAVE_LEAF, 0);
    if (area.words[EBX] == 0)
        return;
    cpu->xsave_state_full_size = with_registers(area.words[EBX]);
    cpu->xsave_state_size = cpu->xsave_state_full_size;
    cpu->tlsdesc_state_size = cpu->xsave_state_full_size;
    if (!cpu_has(cpu, CPU_XSAVEC))
        return;
    /* Lazy binding leaves tiles alone. */
    cpu->xsave_state_size = compact_size(area.words[EAX] & ~(uint32_t)CPU_STATES_TILES);
    if (ARCH_ELF_CLASS == ELFCLASS64)
        cpu->tlsdesc_state_size = compact_size(area.words[EAX]);
}

void cpu_find_usable(struct processor *cpu) {
    bool holds[CONDITION_COUNT];
    cpu->saved_states = cpu_has(cpu, CPU_OSXSAVE) ? xgetbv() : 0;
    find_conditions(cpu, holds);
    for (unsigned i = 0; i < FEATURE_COUNT; ++i) {
        enum cpu_feature feature = (enum cpu_feature)features[i].feature;
        if (holds[features[i].condition] && cpu_has(cpu, feature))
            cpu_enable(cpu, feature);
    }
    find_xsave_size(cpu);
    cpu->isa_1 = cpu_isa_levels(cpu);
}

static void drop(struct processor *cpu, enum condition first, enum condition last) {
    for (unsigned i = 0; i < FEATURE_COUNT; ++i)
        if (features[i].condition >= first && features[i].condition <= last)
            cpu_disable(cpu, (enum cpu_feature)features[i].feature);
}

void cpu_drop_unusable(struct processor *cpu) {
    if (!cpu_usable(cpu, CPU_OSXSAVE))
        drop(cpu, WITH_XSAVE, WITH_XSAVE);
    if (!cpu_usable(cpu, CPU_XSAVE) && !cpu_usable(cpu, CPU_XSAVEC)) {
        cpu->xsave_state_size = 0;
        drop(cpu, WITH_AVX, WITH_TILES);
    }
}

/* What each level adds (x86-64 psABI, "Micro-Architecture Levels"). */
static const struct {
    uint16_t feature;
    unsigned char level;
} level_features[] = {
    {CPU_CMOV, 0},     {CPU_CX8, 0},      {CPU_FXSR, 0},       {CPU_MMX, 0},
    {CPU_SSE, 0},      {CPU_SSE2, 0},     {CPU_CMPXCHG16B, 1}, {CPU_LAHF64_SAHF64, 1},
    {CPU_POPCNT, 1},   {CPU_SSE3, 1},     {CPU_SSSE3, 1},      {CPU_SSE4_1, 1},
    {CPU_SSE4_2, 1},   {CPU_AVX, 2},      {CPU_AVX2, 2},       {CPU_BMI1, 2},
    {CPU_BMI2, 2},     {CPU_F16C, 2},     {CPU_FMA, 2},        {CPU_LZCNT, 2},
    {CPU_MOVBE, 2},    {CPU_AVX512F, 3},  {CPU_AVX512BW, 3},   {CPU_AVX512CD, 3},
    {CPU_AVX512DQ, 3}, {CPU_AVX512VL, 3},
};
enum { LEVEL_COUNT = 4 };

uint32_t cpu_isa_levels(const struct processor *cpu) {
    unsigned reached = cpu_has(cpu, CPU_FPU) ? LEVEL_COUNT : 0;
    for (unsigned i = 0; i < sizeof level_features / sizeof level_features[0]; ++i) {
        bool usable = cpu_usable(cpu, (enum cpu_feature)level_features[i].feature);
        if (!usable && level_features[i].level < reached)
            reached = level_features[i].level;
    }
    return (UINT32_C(1) << reached) - 1;
}
