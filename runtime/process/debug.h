/* What debuggers and people see: r_debug for gdb, LD_DEBUG and its output. */
#ifndef WINE_LD_DEBUG_H
#define WINE_LD_DEBUG_H

#include <stdbool.h>

#include "object/namespace.h"
#include "object/object.h"
#include "process/options.h"

/* Whether LD_DEBUG asked for `word`. */
static inline bool debug_wants(enum debug_word word) {
    return __builtin_expect((options.debug & (unsigned)word) != 0, 0);
}

/* How messages name an object: its path, the program by argv[0]. */
const char *debug_name(const struct object *object);

/* Prints to LD_DEBUG's output with the "      PID:\t" prefix of ld.so. */
void debug_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* LD_DEBUG=scopes: the scopes of `object`, from number `first` on. */
void debug_show_scopes(const struct object *object, size_t first);
/* LD_DEBUG=scopes: those of all objects of a start. */
void debug_show_initial_scopes(const struct namespace *ns);

/* r_debug: tells a debugger that the list of objects is about to change (adding or removing), or is
 * consistent again. Calls _dl_debug_state, where debuggers set their breakpoint. */
enum debug_change { DEBUG_CONSISTENT = 0, DEBUG_ADDING = 1, DEBUG_REMOVING = 2 };
void debug_state(struct namespace *ns, enum debug_change change);

/* Puts the address of r_debug into the program's DT_DEBUG. */
void debug_publish(struct object *program);

#endif
