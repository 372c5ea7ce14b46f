/* Notes about ranges that changed behind the tracker's back: a call that could not enter the gate
 * leaves one, whoever enters next reads the kernel for that range. Lock-free and
 * async-signal-safe. */
#ifndef WINE_LD_SPACE_NOTE_H
#define WINE_LD_SPACE_NOTE_H

#include <stdbool.h>
#include <stdint.h>

struct note {
    uintptr_t start, end;
};

/* Before and after a change; the note appears with note_end, which disturbs the gate. In a child
 * forked between the two note_unfinished stays true, so that the child trusts nothing. */
void note_begin(void);
void note_end(uintptr_t start, uintptr_t end);
bool note_unfinished(void);

/* Takes one, false: there are none. A lost note is replaced by one for the whole address space. */
bool note_take(struct note *note);

/* In a forked child: forgets what other threads had begun. */
void note_reset(void);

#endif
