/* The start of a process. */
#ifndef WINE_LD_START_H
#define WINE_LD_START_H

#include "arch.h"

/* Called by the entry code with the kernel's initial stack (argc first). Returns the program's
 * entry point; the stack then looks as the kernel would have made it for the program. Ends the
 * process on failure. */
elf_addr linker_start(elf_addr *stack);

#endif
