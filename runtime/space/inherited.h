/* What the kernel had mapped before the linker ran, as far as that can be told without a system
 * call. */
#ifndef WINE_LD_SPACE_INHERITED_H
#define WINE_LD_SPACE_INHERITED_H

#include <stdbool.h>
#include <stdint.h>

#include "space/tracker.h"

struct inherited {
    uintptr_t stack;     /* the lowest address of the initial stack */
    uintptr_t stack_end; /* behind its highest */
    uintptr_t below;     /* where the highest mapping below the stack ends */
    uintptr_t program;   /* where the program begins; 0: the kernel has mapped the linker alone */
    bool randomised;     /* the kernel moves what it places by a random amount */
};

/* Records the linker, the program, the vdso and the stack, and leaves all else in doubt: what it
 * does not know is learnt when the kernel does not take a hint, or when somebody asks. Once, at
 * start, inside the gate. */
struct inherited inherited_record(struct tracker *tracker);

#endif
