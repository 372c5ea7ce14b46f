/* A call's stay inside the gate, with the tracker that is valid for it.
 *
 *     struct section section;
 *     struct tracker *tracker = section_enter(&section);
 *     ... system call, changes to the tracker if there is one ...
 *     section_leave(&section, start, end);
 *
 * Without a tracker (NULL) the call is made by a handler that may have interrupted another one in the same
 * thread: it asks the kernel alone, and the next one who enters reads the kernel for [start, end). The same
 * happens when the gate was taken by force from a call that stayed too long. */
#ifndef WINE_LD_SPACE_SECTION_H
#define WINE_LD_SPACE_SECTION_H

#include <stdint.h>

#include "space/tracker.h"

struct section {
    struct tracker *tracker; /* NULL: outside the gate */
    uintptr_t start, end; /* what may have changed, besides what section_leave is told */
};

/* Once, before the first section. */
void section_init(void);

/* The tracker, or NULL. Async-signal-safe, thread-safe, survives fork. */
struct tracker *section_enter(struct section *section);

/* Another range that may have changed (mremap has two). */
void section_touch(struct section *section, uintptr_t start, uintptr_t end);

void section_leave(struct section *section, uintptr_t start, uintptr_t end);

/* How often the gate was taken by force. */
unsigned section_forced(void);

#endif
