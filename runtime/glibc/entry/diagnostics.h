/* --list-diagnostics: what the linker knows of itself, the process, the kernel and the processor.
 */
#ifndef WINE_LD_GLIBC_DIAGNOSTICS_H
#define WINE_LD_GLIBC_DIAGNOSTICS_H

#include <stdint.h>

/* Prints everything to standard output, in ld.so's format. */
void diagnostics_print(void);

/* Prints "LABEL=0xVALUE". Parts of diagnostics_print. */
void diagnostics_value(const char *label, uint64_t value);
void diagnostics_processor(void);
/* NULL: this glibc has no more than two words of hwcap bits. */
__attribute__((weak)) void diagnostics_later_hwcaps(void);

#endif
