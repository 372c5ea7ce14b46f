/* What the processor can do, as the search for libraries needs to know it. */
#ifndef WINE_LD_GLIBC_CPU_FEATURES_H
#define WINE_LD_GLIBC_CPU_FEATURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* cpu_features and cache sizes in _rtld_global_ro. After tunables_init. */
void cpu_features_init(void);
/* The best x86-64 level: 1..4 (glibc-hwcaps subdirectories); 0 when the architecture or
 * this glibc has none. */
unsigned cpu_features_level(void);

/* What $PLATFORM stands for and the legacy hwcaps folder is called (GLRO dl_platform); NULL:
 * nothing. */
const char *cpu_features_platform(void);

/* Legacy hwcap bits of this machine (GLRO dl_hwcap), and those that exist on this architecture. */
uint64_t cpu_features_hwcap(void);
uint64_t cpu_features_hwcap_important(void);

/* Bytes of the area that holds a thread's vector and x87 state: for XSAVE when above
 * CPU_FXSAVE_AREA, for FXSAVE when equal to it, 0: the processor has neither. */
enum { CPU_FXSAVE_AREA = 512 };
size_t cpu_features_state_area(void);

/* Bytes of a vector register that programs may use: 16, 32 or 64. */
size_t cpu_features_vector_size(void);

/* x86 ISA levels (GNU_PROPERTY_X86_ISA_1_*): bit 0 baseline, bit 1 v2, ... */
uint32_t cpu_features_isa(void);

/* Whether this glibc knows levels of processors (optional/). */
bool cpu_levels_exist(void);

#endif
