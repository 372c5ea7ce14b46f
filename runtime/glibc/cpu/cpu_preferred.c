/* What is fast and what is broken on which model, as glibc judges it: the selection of string
 * functions follows from these bits.
 *
 * The tables name models; the code around them only walks the tables. */
#include "glibc/cpu/cpu_publish.h"

enum {
    FAST_UNALIGNED =
        PREFER_FAST_UNALIGNED_LOAD | PREFER_FAST_UNALIGNED_COPY | PREFER_PMINUB_FOR_STRINGOP,
    SILVERMONT = FAST_UNALIGNED | PREFER_SLOW_SSE4_2,
    TREMONT = SILVERMONT | PREFER_FAST_REP_STRING,
    CORE = PREFER_FAST_AS_CORE,
};

enum { USUAL_DIVISOR = 4 };

/* Intel, family 6. */
static const struct {
    unsigned char model;
    uint16_t preferred;
} intel_models[] = {
    /* Atom */
    {0x1c, PREFER_SLOW_BSF},
    {0x26, PREFER_SLOW_BSF},
    /* Knights Landing */
    {0x57, SILVERMONT},
    /* Goldmont and its successor */
    {0x7a, SILVERMONT},
    {0x5c, SILVERMONT},
    {0x5f, SILVERMONT},
    /* Airmont */
    {0x4c, SILVERMONT},
    {0x5a, SILVERMONT},
    {0x75, SILVERMONT},
    /* Silvermont */
    {0x37, SILVERMONT},
    {0x4a, SILVERMONT},
    {0x4d, SILVERMONT},
    {0x5d, SILVERMONT},
    /* Tremont */
    {0x86, TREMONT},
    {0x96, TREMONT},
    {0x9c, TREMONT},
    /* Nehalem and Westmere */
    {0x1a, CORE},
    {0x1e, CORE},
    {0x1f, CORE},
    {0x25, CORE},
    {0x2c, CORE},
    {0x2e, CORE},
    {0x2f, CORE},
};

/* Intel models, family 6, whose transactional memory is broken in these steppings. */
static const struct {
    unsigned char model, first_stepping, last_stepping;
    bool always_aborts; /* glibc says so to programs */
} broken_transactions[] = {
    {0x55, 0, 5, true},     {0x8e, 0, 0xc, true},   {0x9e, 0, 0xc, true},
    {0x4e, 0, 0xff, true},  {0x5e, 0, 0xff, true},  {0x3f, 0, 3, false},
    {0x3c, 0, 0xff, false}, {0x45, 0, 0xff, false}, {0x46, 0, 0xff, false},
};

/* Models on which AVX is slow: unaligned loads, or all of it. */
static const struct {
    unsigned char kind, family, first_model, last_model;
    bool no_avx;
    uint16_t preferred;
} slow_avx[] = {
    {CPU_AMD, 0x15, 0x60, 0x7f, false, PREFER_FAST_UNALIGNED_LOAD | PREFER_FAST_COPY_BACKWARD},
    {CPU_ZHAOXIN, 6, 0x0f, 0x0f, true, PREFER_SLOW_SSE4_2},
    {CPU_ZHAOXIN, 6, 0x19, 0x19, true, PREFER_SLOW_SSE4_2},
    {CPU_ZHAOXIN, 7, 0x1b, 0x1b, true, PREFER_SLOW_SSE4_2},
    {CPU_ZHAOXIN, 7, 0x3b, 0x3b, true, 0},
};

static uint32_t intel_model_preferences(const struct processor *cpu) {
    for (unsigned i = 0; i < sizeof intel_models / sizeof intel_models[0]; ++i)
        if (intel_models[i].model == cpu->basic.model)
            return intel_models[i].preferred;
    return cpu_has(cpu, CPU_AVX) ? CORE : 0; /* a newer one */
}

static void withdraw_transactions(struct processor *cpu) {
    for (unsigned i = 0; i < sizeof broken_transactions / sizeof broken_transactions[0]; ++i) {
        if (broken_transactions[i].model != cpu->basic.model ||
            cpu->basic.stepping < broken_transactions[i].first_stepping ||
            cpu->basic.stepping > broken_transactions[i].last_stepping)
            continue;
        cpu_disable(cpu, CPU_RTM);
        if (broken_transactions[i].always_aborts) {
            cpu_disable(cpu, CPU_HLE);
            cpu_enable(cpu, CPU_RTM_ALWAYS_ABORT);
        }
    }
}

static void choose_for_intel(struct processor *cpu) {
    if (cpu->basic.family == 6) {
        cpu->preferred[0] |= intel_model_preferences(cpu);
        withdraw_transactions(cpu);
    }
    if (cpu_has(cpu, CPU_AVX512ER)) { /* Xeon Phi alone has it */
        cpu->preferred[0] |= PREFER_NO_VZEROUPPER;
    } else {
        if (!cpu_has(cpu, CPU_AVX_VNNI)) /* ZMM lowers the clock of these */
            cpu->preferred[0] |= PREFER_NO_AVX512;
        if (cpu_usable(cpu, CPU_RTM)) /* VZEROUPPER aborts transactions */
            cpu->preferred[0] |= PREFER_NO_VZEROUPPER;
    }
    if (cpu_has(cpu, CPU_FSRM))
        cpu->preferred[0] |= PREFER_AVOID_SHORT_DISTANCE_REP_MOVSB;
}

static void choose_for_slow_avx(struct processor *cpu) {
    for (unsigned i = 0; i < sizeof slow_avx / sizeof slow_avx[0]; ++i) {
        if (slow_avx[i].kind != cpu->basic.kind || slow_avx[i].family != cpu->basic.family ||
            cpu->basic.model < slow_avx[i].first_model || cpu->basic.model > slow_avx[i].last_model)
            continue;
        cpu->preferred[0] |= slow_avx[i].preferred;
        cpu->preferred[0] &= ~(uint32_t)PREFER_AVX_FAST_UNALIGNED_LOAD;
        if (slow_avx[i].no_avx) {
            cpu_disable(cpu, CPU_AVX);
            cpu_disable(cpu, CPU_AVX2);
        }
    }
}

/* Whether memset may pass by the caches. It does so instead of REP STOSB, which only ERMS makes
 * fast. */
static void choose_for_memset(struct processor *cpu) {
    bool skylake_server = cpu->basic.kind == CPU_INTEL && cpu->basic.family == 6 &&
                          (cpu->basic.model == 0x55 || cpu->basic.model == 0x66);
    bool measured =
        cpu->basic.kind == CPU_INTEL || cpu->basic.kind == CPU_AMD || cpu->basic.kind == CPU_HYGON;
    if (!measured || skylake_server)
        cpu->preferred[0] |= PREFER_AVOID_NON_TEMPORAL_MEMSET;
    if (!cpu_usable(cpu, CPU_ERMS))
        cpu->preferred[0] |= PREFER_AVOID_STOSB;
}

void cpu_choose_preferred(struct processor *cpu) {
    cpu->cache_divisor = USUAL_DIVISOR;
    if (cpu_usable(cpu, CPU_AVX2))
        cpu->preferred[0] |= PREFER_AVX_FAST_UNALIGNED_LOAD;
    if (cpu->basic.kind == CPU_INTEL)
        choose_for_intel(cpu);
    if (cpu_judge_architecture != NULL)
        cpu_judge_architecture(cpu);
    choose_for_slow_avx(cpu);
    if (cpu_judge_models != NULL)
        cpu_judge_models(cpu);
    choose_for_memset(cpu);
    if (cpu_has(cpu, CPU_CX8))
        cpu->preferred[0] |= PREFER_I586;
    if (cpu_has(cpu, CPU_CMOV))
        cpu->preferred[0] |= PREFER_I686;
}
