/* A fixed log of ranges. Knows how to write and take without a lock; does not know why they
 * changed. */
#include "space/note.h"

#include "space/gate.h"

enum { NOTES = 64 };
enum { EMPTY, WRITING, READY };

static struct {
    struct note note;
    uint32_t state;
} notes[NOTES];
static uint32_t unfinished; /* changes begun and not ended */
static uint32_t lost;       /* the log was full */

void note_begin(void) {
    __atomic_fetch_add(&unfinished, 1, __ATOMIC_SEQ_CST);
}

static bool write_note(uintptr_t start, uintptr_t end) {
    for (unsigned i = 0; i < NOTES; ++i) {
        uint32_t expected = EMPTY;
        if (__atomic_compare_exchange_n(&notes[i].state, &expected, WRITING, false,
                                        __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
            notes[i].note = (struct note){start, end};
            __atomic_store_n(&notes[i].state, READY, __ATOMIC_RELEASE);
            return true;
        }
    }
    return false;
}

void note_end(uintptr_t start, uintptr_t end) {
    if (!write_note(start, end))
        __atomic_store_n(&lost, 1, __ATOMIC_SEQ_CST);
    gate_disturb();
    __atomic_fetch_sub(&unfinished, 1, __ATOMIC_SEQ_CST);
}

bool note_unfinished(void) {
    return __atomic_load_n(&unfinished, __ATOMIC_SEQ_CST) != 0;
}

bool note_take(struct note *note) {
    if (__atomic_exchange_n(&lost, 0, __ATOMIC_SEQ_CST) != 0) {
        *note = (struct note){0, UINTPTR_MAX};
        return true;
    }
    for (unsigned i = 0; i < NOTES; ++i) {
        if (__atomic_load_n(&notes[i].state, __ATOMIC_ACQUIRE) == READY) {
            *note = notes[i].note;
            __atomic_store_n(&notes[i].state, EMPTY, __ATOMIC_RELEASE);
            return true;
        }
    }
    return false;
}

void note_reset(void) {
    unfinished = 0;
    for (unsigned i = 0; i < NOTES; ++i)
        notes[i].state = notes[i].state == WRITING ? EMPTY : notes[i].state;
}
