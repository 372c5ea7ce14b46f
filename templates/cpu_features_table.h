/* How this glibc keeps what it knows of the processor. */
#ifndef WINE_LD_CPU_FEATURES_TABLE_H
#define WINE_LD_CPU_FEATURES_TABLE_H

#include <stddef.h>

#include "glibc/cpu/cpu_bits.h"

/* Counts of the tables below. GLIBC_REGISTER_AREA: bytes that its lazy binding and TLS descriptors save
 * beside the XSAVE area; GLIBC_SAVED_STATES: states of XCR0 that they save. The others are 0 or 1:
 * whether TLS descriptors save them too, whether memset may do without REP STOSB, whether there is
 * a mask of hwcap bits. */
enum {
    $facts
};

/* The CPUID leaves that it keeps, by their position in its array, as positions in ours. */
static const unsigned char glibc_cpuid_leaves[GLIBC_CPUID_COUNT] = {
    $leaves
};

/* Its number of an enum cpu_kind; 0: it has no such kind. */
static const unsigned char glibc_cpu_kinds[CPU_OTHER + 1] = {
    $kinds
};

/* The preferences by their bit in its preferred[0]; 0: one that is never set here. */
static const struct {
    char name[32];
    uint32_t preference;
} glibc_preferences[] = {
    $preferences
};

/* The numbers of its struct cpu_features: name, offset and size in bytes. */
static const struct {
    char name[32];
    uint16_t offset, size;
} glibc_cpu_numbers[] = {
    $numbers
};

#endif
