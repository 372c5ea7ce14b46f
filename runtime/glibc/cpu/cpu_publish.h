/* The processor as glibc's libraries read it, in _rtld_global_ro: the form changed between
 * versions, so each form is a file under optional/. */
#ifndef WINE_LD_GLIBC_CPU_PUBLISH_H
#define WINE_LD_GLIBC_CPU_PUBLISH_H

#include "arch.h"
#include "glibc/cpu/cpu_bits.h"
#include "glibc_layout.h"

#define OPTIONAL __attribute__((weak, visibility("hidden")))

/* Fills _dl_x86_cpu_features. IFUNC resolvers read it: before anything is relocated. */
void cpu_publish(const struct processor *cpu);

/* Enables features that only later versions of glibc know; NULL: this one does not. */
OPTIONAL void cpu_find_later_features(struct processor *cpu);

/* Judges models otherwise than cpu_preferred.c does, which is as in 2.33 to 2.38; NULL: this glibc
 * does not. The others are parts of it. */
OPTIONAL void cpu_judge_models(struct processor *cpu);
OPTIONAL void cpu_judge_zhaoxin(struct processor *cpu);
OPTIONAL void cpu_judge_hygon(struct processor *cpu);

/* Sets cache_divisor, and what is preferred besides, by microarchitecture, and publishes it; NULL:
 * this glibc has one divisor for all. */
OPTIONAL void cpu_judge_architecture(struct processor *cpu);
OPTIONAL void cpu_publish_cache_divisor(struct cpu_features *features, const struct processor *cpu);

/* Withdraws a feature named by the tunable glibc.cpu.hwcaps where CPUID's word and the use of it
 * (`use`: NAME_Usable) are withdrawn apart; NULL: in this glibc they are one. */
OPTIONAL void cpu_withdraw_apart(struct processor *cpu, enum cpu_feature feature, bool use);

/* A threshold of its own for memset; NULL: this glibc has none. */
OPTIONAL void cpu_publish_memset_threshold(struct cpu_features *features,
                                           const struct processor *cpu);

/* Bytes that a signal frame may need; NULL: this glibc has no such field. */
OPTIONAL void cpu_publish_minimum_signal_stack(elf_addr size);

#undef OPTIONAL

#endif
