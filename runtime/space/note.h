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

/* A note that is read, but still there: it goes when what it asks for is done. So nothing is lost
 * when the reader is robbed of the gate in between. */
struct note_reading {
    struct note note;
    unsigned slot;
    uint32_t state;
};

/* Reads one, false: there are none. When the log was full, one for the whole address space stands
 * for those that found no place. */
bool note_read(struct note_reading *reading);

/* Takes it away, if it is still the same one. */
void note_done(const struct note_reading *reading);

/* In a forked child: forgets what other threads had begun. */
void note_reset(void);

#endif
