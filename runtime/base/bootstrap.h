/* The first step of all: the linker relocates itself. */
#ifndef WINE_LD_BOOTSTRAP_H
#define WINE_LD_BOOTSTRAP_H

#include "arch.h"

/* Applies our own relative relocations (there are no others: the link step sees to that). Calls
 * nothing and reads no data that needs relocating. */
void bootstrap_relocate(void);

/* Our own ELF header, at our load address. */
extern const elf_ehdr bootstrap_header __asm__("__ehdr_start")
    __attribute__((visibility("hidden")));

#endif
