/* The objects of a start: ourselves, the program, the vdso, preloads and all dependencies. */
#ifndef WINE_LD_INITIAL_H
#define WINE_LD_INITIAL_H

#include "object/namespace.h"
#include "object/object.h"

/* Makes the objects that are there already (ourselves, the vdso, the program if the kernel mapped
 * it), maps the program otherwise, loads preloads and dependencies. Returns the program. Ends the
 * process with ld.so's message when something is missing. */
struct object *initial_load(struct namespace *ns, struct error *error);

/* Says which versions that are needed nobody defines. That ends the process, unless objects are
 * listed. */
void initial_check_versions(struct object *program, struct error *error);

/* The run-time address of a symbol that `library` (struct object) defines, 0: none. */
uintptr_t initial_symbol(void *library, const char *symbol);

/* How ld.so calls a failed relocation: "symbol lookup error", or that of loading. */
const char *initial_occasion(const struct error *error);

#endif
