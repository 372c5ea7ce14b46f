/* Made by: npx wine-ld build --abi glibc-2.36-x86_64 */
/* Single instructions of x86 that no C stands for, and what goes with its registers. */
#ifndef WINE_LD_ARCH_INSTRUCTIONS_H
#define WINE_LD_ARCH_INSTRUCTIONS_H

#include <stddef.h>

/* Between two looks at a word that another processor is to change. */
static inline void arch_pause(void) {
    __builtin_ia32_pause();
}

/* Copies forward, byte by byte as far as anybody can see. Takes some forty cycles to begin. */
static inline void arch_copy(void *to, const void *from, size_t size) {
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
}

/* Fills; takes as long to begin. */
static inline void arch_fill(void *to, int byte, size_t size) {
    __asm__ volatile("rep stosb" : "+D"(to), "+c"(size) : "a"(byte) : "memory");
}

/* A byte that is written to as it was: the page becomes the process's own. */
static inline void arch_own(void *byte) {
    __asm__ volatile("orb $0, %0" : "+m"(*(unsigned char *)byte));
}

/* Ticks of a clock that every processor has; what a tick is differs. */
static inline unsigned long long arch_ticks(void) {
    return __builtin_ia32_rdtsc();
}

/* Ends the process by a signal, where nothing can be said any more. */
static inline void arch_halt(void) {
    __asm__ volatile("hlt");
}

/* What stands before the abort handler of a restartable sequence (RSEQ_SIG). */
enum { ARCH_RSEQ_SIGNATURE = 0x53053053 };

#endif
