/* --list and --verify: what would be loaded, without running it. */
#ifndef WINE_LD_LIST_H
#define WINE_LD_LIST_H

#include "object/object.h"

/* Prints what ld.so prints for options.mode about the loaded program and ends the process. --list
 * and LD_TRACE_LOADED_OBJECTS: the objects, with LD_WARN also undefined symbols, with LD_VERBOSE
 * the versions, with LD_DEBUG=unused the superfluous dependencies instead; symbols named behind
 * "--list PROGRAM" are looked up. --verify: nothing, exit status 2 for a program without PT_INTERP.
 */
_Noreturn void list_print(struct object *program);

#endif
