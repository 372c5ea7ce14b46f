/* --list and --verify: what would be loaded, without running it. */
#ifndef WINE_LD_LIST_H
#define WINE_LD_LIST_H

#include "object.h"

/* Prints what ld.so prints for options.mode about the loaded program and ends the process: --list (and
 * LD_TRACE_LOADED_OBJECTS) the objects, with LD_WARN also unresolved symbols; --verify nothing, exit
 * status 0 for a dynamic program, 2 for one without dynamic section. */
_Noreturn void list_print(const struct object *program);

#endif
