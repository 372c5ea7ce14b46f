/* The processor: the story of finding out about it, and the platform's name and hwcap bits that
 * follow from it. x86_64 and i386 alike; what only one of them has is marked with its ELF class. */
#include "glibc/cpu/cpu_features.h"

#include "base/auxv.h"
#include "glibc/cpu/cpu_bits.h"
#include "glibc/cpu/cpu_publish.h"
#include "glibc/tunables.h"
#include "base/text.h"
#include "glibc_layout.h"

struct processor processor;

/* Legacy hwcap bits. */
enum { HWCAP_SSE2 = 1 << 0, HWCAP_X86_64 = 1 << 1, HWCAP_AVX512_1 = 1 << 2 };
static const struct {
    unsigned char elf_class, hwcap;
} hwcaps[] = {{ELFCLASS32, HWCAP_SSE2}, {ELFCLASS64, HWCAP_X86_64}, {ELFCLASS64, HWCAP_AVX512_1}};

enum { MOST_FEATURES = 7, ANY_KIND = CPU_UNKNOWN };

/* Names of platforms, best first, and what each needs. */
static const struct {
    char name[12];
    unsigned char elf_class, kind;
    uint16_t preference;              /* a bit of preferred[0], or 0 */
    uint16_t features[MOST_FEATURES]; /* all of them usable; 0 ends the list */
} platforms[] = {
    {"xeon_phi", ELFCLASS64, CPU_INTEL, 0, {CPU_AVX512CD, CPU_AVX512ER, CPU_AVX512PF}},
    {"haswell",
     ELFCLASS64,
     CPU_INTEL,
     0,
     {CPU_AVX2, CPU_FMA, CPU_BMI1, CPU_BMI2, CPU_LZCNT, CPU_MOVBE, CPU_POPCNT}},
    {"i686", ELFCLASS32, ANY_KIND, PREFER_I686, {0}},
    {"i586", ELFCLASS32, ANY_KIND, PREFER_I586, {0}},
};

/* The signal frame without the XSAVE area, for kernels that do not tell its size: struct
 * rt_sigframe, or struct sigframe_ia32 with the x87 state, and the arguments; rounded up for
 * alignment. */
enum {
    FRAME_64 = 440 + 8,
    FRAME_32 = 736 + 112 + 16,
    FRAME_ALIGN = 16,
    XSAVE_PADDING = 48,
    XSAVE_END_MARK = 4,
    CONSTANT_FRAME = 2048,
    XSAVE_LEAF = 0xd,
};

static void fill_minimum_signal_stack(const struct processor *cpu) {
    elf_addr size = process.minsigstksz;
    if (size == 0 && cpu->basic.max_cpuid >= XSAVE_LEAF && cpu_has(cpu, CPU_OSXSAVE)) {
        elf_addr frame = ARCH_ELF_CLASS == ELFCLASS64 ? FRAME_64 : FRAME_32;
        frame = (frame + 2 * FRAME_ALIGN - 2) & ~(elf_addr)(FRAME_ALIGN - 1);
        size = frame + XSAVE_PADDING + cpuid(XSAVE_LEAF, 0).words[EBX] + XSAVE_END_MARK;
    }
    if (cpu_publish_minimum_signal_stack != NULL)
        cpu_publish_minimum_signal_stack(size != 0 ? size : CONSTANT_FRAME);
}

static uint64_t find_hwcap(const struct processor *cpu) {
    uint64_t bits = HWCAP_X86_64;
    if (cpu_usable(cpu, CPU_SSE2))
        bits |= HWCAP_SSE2;
    if (cpu->basic.kind == CPU_INTEL && cpu_usable(cpu, CPU_AVX512CD) &&
        !cpu_usable(cpu, CPU_AVX512ER) && cpu_usable(cpu, CPU_AVX512BW) &&
        cpu_usable(cpu, CPU_AVX512DQ) && cpu_usable(cpu, CPU_AVX512VL))
        bits |= HWCAP_AVX512_1;
    return bits & cpu_features_hwcap_important();
}

static bool is_platform(const struct processor *cpu, unsigned row) {
    if (platforms[row].elf_class != ARCH_ELF_CLASS ||
        (platforms[row].kind != ANY_KIND && platforms[row].kind != cpu->basic.kind))
        return false;
    for (unsigned i = 0; i < MOST_FEATURES && platforms[row].features[i] != 0; ++i)
        if (!cpu_usable(cpu, (enum cpu_feature)platforms[row].features[i]))
            return false;
    return platforms[row].preference == 0 || (cpu->preferred[0] & platforms[row].preference) != 0;
}

/* The platform's name; the kernel's when none fits. */
static const char *find_platform(const struct processor *cpu) {
    for (unsigned row = 0; row < sizeof platforms / sizeof platforms[0]; ++row)
        if (is_platform(cpu, row))
            return platforms[row].name;
    return process.platform;
}

void cpu_features_init(void) {
    struct processor *cpu = &processor;
    uint32_t last_extended_leaf = cpu_read_leaves(cpu);
    fill_minimum_signal_stack(cpu);
    cpu_find_usable(cpu);
    if (cpu_find_later_features != NULL)
        cpu_find_later_features(cpu);
    cpu_choose_preferred(cpu);
    cacheinfo_init(cpu, last_extended_leaf);
    const char *changes = tunable_text("glibc.cpu.hwcaps");
    if (changes != NULL)
        cpu_apply_hwcaps(cpu, changes);
    if (tunable_number("glibc.cpu.prefer_map_32bit_exec", 0) != 0)
        cpu->preferred[0] |= PREFER_MAP_32BIT_EXEC;
    cpu_drop_unusable(cpu);
    cpu_publish(cpu);
    _rtld_global_ro._dl_hwcap = find_hwcap(cpu);
    const char *platform = find_platform(cpu);
    _rtld_global_ro._dl_platform = (void *)(uintptr_t)platform;
    _rtld_global_ro._dl_platformlen = platform != NULL ? strlen(platform) : 0;
}

const char *cpu_features_platform(void) {
    return _rtld_global_ro._dl_platform;
}

uint64_t cpu_features_hwcap(void) {
    return _rtld_global_ro._dl_hwcap;
}

uint64_t cpu_features_hwcap_important(void) {
    uint64_t bits = 0;
    for (unsigned i = 0; i < sizeof hwcaps / sizeof hwcaps[0]; ++i)
        if (hwcaps[i].elf_class == ARCH_ELF_CLASS)
            bits |= hwcaps[i].hwcap;
    return bits;
}

size_t cpu_features_state_area(void) {
    return processor.xsave_state_full_size != 0 ? processor.xsave_state_full_size
           : cpu_has(&processor, CPU_FXSR)      ? CPU_FXSAVE_AREA
                                                : 0;
}

size_t cpu_features_vector_size(void) {
    return cpu_usable(&processor, CPU_AVX512F) ? 64 : cpu_usable(&processor, CPU_AVX) ? 32 : 16;
}

uint32_t cpu_features_isa(void) {
    return processor.isa_1;
}

unsigned cpu_features_level(void) {
    if (ARCH_ELF_CLASS != ELFCLASS64 || !cpu_levels_exist())
        return 0;
    unsigned level = 1; /* the baseline, even if the tunables deny it */
    for (uint32_t bits = cpu_isa_levels(&processor); bits > 1; bits >>= 1)
        ++level;
    return level;
}
