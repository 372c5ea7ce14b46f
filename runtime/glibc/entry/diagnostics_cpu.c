/* The processor in --list-diagnostics: what is published of it, field by field. */
#include "cpu_features_table.h"
#include "base/format.h"
#include "glibc/entry/diagnostics.h"
#include "glibc_layout.h"
#include "base/text.h"

#define PREFIX "x86.cpu_features."

static void print_leaf(unsigned index, const char *kind, const uint32_t words[4]) {
    for (unsigned i = 0; i < 4; ++i)
        print(1, PREFIX "features[0x%x].%s[0x%x]=0x%x\n", index, kind, i, words[i]);
}

static void print_number(const char *name, uint64_t value) {
    print(1, PREFIX "%s=0x%llx\n", name, (unsigned long long)value);
}

/* A number of glibc's struct. */
static uint64_t published(unsigned row) {
    uint64_t value = 0; /* little endian: a shorter number fills its low end */
    const char *features = (const char *)&_rtld_global_ro._dl_x86_cpu_features;
    memcpy(&value, features + glibc_cpu_numbers[row].offset, glibc_cpu_numbers[row].size);
    return value;
}

static void print_numbers(const struct processor *cpu) {
    for (unsigned row = 0; row < GLIBC_CPU_NUMBER_COUNT; ++row) {
        print_number(glibc_cpu_numbers[row].name, published(row));
        if (GLIBC_SAVES_FOR_DESCRIPTORS &&
            text_equal(glibc_cpu_numbers[row].name, "xsave_state_full_size"))
            print_number("tlsdesc_state_full_size", cpu->tlsdesc_state_size);
    }
}

void diagnostics_processor(void) {
    const struct processor *cpu = &processor;
    print_number("basic.kind", glibc_cpu_kinds[cpu->basic.kind]);
    print_number("basic.max_cpuid", (uint32_t)cpu->basic.max_cpuid);
    print_number("basic.family", cpu->basic.family);
    print_number("basic.model", cpu->basic.model);
    print_number("basic.stepping", cpu->basic.stepping);
    for (unsigned index = 0; index < GLIBC_CPUID_COUNT; ++index) {
        unsigned kept = glibc_cpuid_leaves[index];
        print_leaf(index, "cpuid", cpu->features[kept].cpuid_array);
        print_leaf(index, "active", cpu->features[kept].active_array);
    }
    for (unsigned bit = 0; bit < GLIBC_PREFERENCE_COUNT; ++bit)
        print(1, PREFIX "preferred.%s=0x%x\n", glibc_preferences[bit].name,
              (cpu->preferred[0] & glibc_preferences[bit].preference) != 0);
    print_numbers(cpu);
}
