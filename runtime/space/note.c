/* A fixed log of ranges. Knows how to write and take without a lock; does not know why they
 * changed. */
#include "space/note.h"

#include "base/cold.h"
#include "space/gate.h"

enum { NOTES = 64, NO_SLOT = NOTES };
/* A slot's state: one of these, and above them how many notes it has held. */
enum { EMPTY, WRITING, READY, STATE_MASK = 3, STATE_STEP = 4 };

static struct {
    struct note note;
    uint32_t state;
} notes[NOTES] COLD;
static uint32_t unfinished;         /* changes begun and not ended */
static uint32_t lost, lost_handled; /* how often the log was full, and how much of that is done */

void note_begin(void) {
    __atomic_fetch_add(&unfinished, 1, __ATOMIC_SEQ_CST);
}

static bool write_note(uintptr_t start, uintptr_t end) {
    for (unsigned i = 0; i < NOTES; ++i) {
        uint32_t state = __atomic_load_n(&notes[i].state, __ATOMIC_RELAXED);
        if ((state & STATE_MASK) == EMPTY &&
            __atomic_compare_exchange_n(&notes[i].state, &state, state | WRITING, false,
                                        __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
            notes[i].note = (struct note){start, end};
            __atomic_store_n(&notes[i].state, state | READY, __ATOMIC_RELEASE);
            return true;
        }
    }
    return false;
}

void note_end(uintptr_t start, uintptr_t end) {
    if (start < end && !write_note(start, end))
        __atomic_fetch_add(&lost, 1, __ATOMIC_SEQ_CST);
    if (start < end)
        gate_disturb();
    /* In a forked child what was begun before the fork is forgotten. */
    uint32_t begun = __atomic_load_n(&unfinished, __ATOMIC_SEQ_CST);
    while (begun != 0 && !__atomic_compare_exchange_n(&unfinished, &begun, begun - 1, true,
                                                      __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
    }
}

bool note_unfinished(void) {
    return __atomic_load_n(&unfinished, __ATOMIC_SEQ_CST) != 0;
}

bool note_read(struct note_reading *reading) {
    uint32_t count = __atomic_load_n(&lost, __ATOMIC_SEQ_CST);
    if (count != __atomic_load_n(&lost_handled, __ATOMIC_SEQ_CST)) {
        *reading = (struct note_reading){{0, UINTPTR_MAX}, NO_SLOT, count};
        return true;
    }
    for (unsigned i = 0; i < NOTES; ++i) {
        uint32_t state = __atomic_load_n(&notes[i].state, __ATOMIC_ACQUIRE);
        if ((state & STATE_MASK) == READY) {
            *reading = (struct note_reading){notes[i].note, i, state};
            return true;
        }
    }
    return false;
}

void note_done(const struct note_reading *reading) {
    uint32_t state = reading->state;
    if (reading->slot == NO_SLOT)
        __atomic_store_n(&lost_handled, state, __ATOMIC_SEQ_CST);
    else
        __atomic_compare_exchange_n(&notes[reading->slot].state, &state,
                                    (state & ~(uint32_t)STATE_MASK) + STATE_STEP, false,
                                    __ATOMIC_RELEASE, __ATOMIC_RELAXED);
}

void note_reset(void) {
    unfinished = 0;
    for (unsigned i = 0; i < NOTES; ++i)
        if ((notes[i].state & STATE_MASK) == WRITING)
            notes[i].state += STATE_STEP - WRITING;
}
