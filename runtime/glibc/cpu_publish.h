/* The processor as glibc's libraries read it, in _rtld_global_ro: the form changed between
 * versions, so each form is a file under optional/. */
#ifndef WINE_LD_GLIBC_CPU_PUBLISH_H
#define WINE_LD_GLIBC_CPU_PUBLISH_H

#include "arch.h"
#include "glibc/cpu_bits.h"
#include "glibc_layout.h"

#define OPTIONAL __attribute__((weak, visibility("hidden")))

/* Fills _dl_x86_cpu_features. IFUNC resolvers read it: before anything is relocated. */
void cpu_publish(const struct processor *cpu);

/* Bits of preferred[0] in this glibc's order, and the number that it gives to an enum cpu_kind. */
uint32_t cpu_preferred_bits(uint32_t preferred);
uint32_t cpu_kind_number(uint32_t kind);

/* Enables what the kernel says of in AT_HWCAP2; NULL: this glibc does not ask. */
OPTIONAL void cpu_find_kernel_features(struct processor *cpu);

/* Sets cache_divisor, and what is preferred besides, by microarchitecture, and publishes it; NULL:
 * this glibc has one divisor for all. */
OPTIONAL void cpu_judge_architecture(struct processor *cpu);
OPTIONAL void cpu_publish_cache_divisor(struct cpu_features *features, const struct processor *cpu);

/* A threshold of its own for memset; NULL: this glibc has none. */
OPTIONAL void cpu_publish_memset_threshold(struct cpu_features *features,
                                           const struct processor *cpu);

/* Bytes that a signal frame may need; NULL: this glibc has no such field. */
OPTIONAL void cpu_publish_minimum_signal_stack(elf_word size);

#undef OPTIONAL

#endif
