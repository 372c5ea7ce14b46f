/* Giving the process to another ld.so when this one is not made for the glibc it finds: to the
 * sibling that is, installed beside it, else to the one beside that libc, else to the system's. */
#ifndef WINE_LD_HANDOVER_H
#define WINE_LD_HANDOVER_H

#include "process/error.h"
#include "object/object.h"

/* Reads and removes the mark that a hand-over leaves, so that the program never sees it. Once,
 * before the environment is read. */
void handover_receive(void);

/* Unloads what was loaded and maps the other linker. Returns its entry point, to be entered with
 * the kernel's initial stack, as if the kernel had loaded it; a direct start is executed anew.
 * `libc` is the library that does not fit, `why` what to say on standard error when no sibling fits
 * either. Nothing of the program has run. Never returns to this linker, nor to one that handed over
 * before: ends the process with status 127 when there is no other. */
elf_addr handover(const struct object *libc, const struct error *why);

#endif
