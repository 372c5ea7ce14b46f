/* Giving the process to the system's own ld.so when this linker is not made for the glibc it finds. */
#ifndef WINE_LD_HANDOVER_H
#define WINE_LD_HANDOVER_H

#include "error.h"
#include "object.h"

/* Says on standard error why, then executes the system's ld.so with the same program, arguments and
 * environment. Ends the process with status 127 when that cannot be. Nothing of the program has run. */
_Noreturn void handover(const struct error *why);

/* The same because the code of `entry` in `library` is not what the ABI module says. */
_Noreturn void handover_misfit(const struct object *library, const char *entry);

#endif
