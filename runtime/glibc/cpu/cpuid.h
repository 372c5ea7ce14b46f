/* The CPUID and XGETBV instructions (Intel SDM volume 2, AMD APM volume 3). */
#ifndef WINE_LD_GLIBC_CPUID_H
#define WINE_LD_GLIBC_CPUID_H

#include <stdint.h>

enum cpuid_register { EAX, EBX, ECX, EDX };

struct cpuid_result {
    uint32_t words[4]; /* by enum cpuid_register */
};

/* Executes CPUID. In a virtual machine each costs microseconds: read a leaf once. */
static inline struct cpuid_result cpuid(uint32_t leaf, uint32_t subleaf) {
    struct cpuid_result result;
    __asm__("cpuid"
            : "=a"(result.words[EAX]), "=b"(result.words[EBX]), "=c"(result.words[ECX]),
              "=d"(result.words[EDX])
            : "a"(leaf), "c"(subleaf));
    return result;
}

/* The low half of XCR0: which register states the system saves. Only with CPUID's OSXSAVE. */
static inline uint32_t xgetbv(void) {
    uint32_t low, high;
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

#endif
