/* Programs that need no dynamic linker, given to ld.so to run. */
#ifndef WINE_LD_STATIC_PROGRAM_H
#define WINE_LD_STATIC_PROGRAM_H

#include "object/object.h"

/* What a direct start asks of a program that was just mapped, when that is not to be linked: a
 * static one is executed by the kernel, listed in one line or fails --verify; a dynamic linker is
 * not run by itself. Ends the process then, in ld.so's words and with its status; returns for a
 * dynamic program. Before the stack was changed for the program. */
void static_program_run(const struct object *program);

#endif
