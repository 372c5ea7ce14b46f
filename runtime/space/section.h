/* A call's stay inside the gate, with the tracker that is valid for it.
 *
 *     struct section section;
 *     struct tracker *tracker = section_enter(&section);
 *     ... system call, changes to the tracker if there is one ...
 *     section_leave(&section, start, end);
 *
 * Without a tracker (NULL) the call is made by a handler that may have interrupted another one in
 * the same thread: it asks the kernel alone, and the next one who enters reads the kernel for
 * [start, end). The same happens when the gate was taken by force from a call that stayed too
 * long. */
#ifndef WINE_LD_SPACE_SECTION_H
#define WINE_LD_SPACE_SECTION_H

#include <stdint.h>

#include "space/gate.h"
#include "space/tracker.h"

struct section {
    struct tracker *tracker; /* NULL: outside the gate */
    uintptr_t start, end;    /* what may have changed, besides what section_leave is told */
};

/* The tracker that counts. */
extern struct tracker *section_current;

/* Once, before the first section. */
void section_init(void);

/* The ways in and out that are not the usual ones. `inside`: the gate was open. */
struct tracker *section_enter_slowly(struct section *section, bool inside);
void section_leave_slowly(struct section *section, uintptr_t start, uintptr_t end);

/* The tracker if the gate was open (`inside`) and there is nothing to look after, else NULL. */
static inline struct tracker *section_enter_quickly(struct section *section, bool inside) {
    struct tracker *tracker = __atomic_load_n(&section_current, __ATOMIC_ACQUIRE);
    section->start = section->end = 0;
    /* Still inside: then nobody had put another tracker in its place when it was read. */
    if (__builtin_expect(!inside || !gate_is_quiet() || !gate_holds((uintptr_t)section), 0))
        return NULL;
    section->tracker = tracker;
    tracker->busy = true;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    return tracker;
}

/* The tracker, or NULL. Async-signal-safe, thread-safe, survives fork. */
static inline struct tracker *section_enter(struct section *section) {
    bool inside = gate_try((uintptr_t)section);
    struct tracker *tracker = section_enter_quickly(section, inside);
    return __builtin_expect(tracker != NULL, 1) ? tracker : section_enter_slowly(section, inside);
}

/* A call that will probably be refused is made outside the gate: what is refused need not be
 * recorded. Whether the gate is open; `turn` tells section_enter_late when that was. */
static inline bool section_is_open(uint32_t *turn) {
    *turn = __atomic_load_n(&gate.serial, __ATOMIC_ACQUIRE);
    return __atomic_load_n(&gate.owner, __ATOMIC_ACQUIRE) == 0;
}

/* Whether `guess` is of the turn that section_is_open has told. After its other fields were read:
 * then they are of that turn, too. */
static inline bool section_guess_holds(const struct gate_guess *guess, uint32_t turn) {
    return __atomic_load_n(&guess->turn, __ATOMIC_ACQUIRE) == turn;
}

/* Inside the gate: what the call that is there was and gave. Not by one who was robbed of it. */
static inline void section_guess(const struct section *section, struct gate_guess *guess,
                                 const struct gate_guess *call) {
    uint32_t turn = gate.serial;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    if (!gate_holds((uintptr_t)section))
        return;
    __atomic_store_n(&guess->turn, turn, __ATOMIC_RELEASE);
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    guess->address = call->address;
    guess->size = call->size;
    guess->prot = call->prot;
    guess->key = call->key;
    guess->result = call->result;
}

/* Enters when such a call was made and has changed something after all. NULL if somebody else was
 * inside meanwhile, too: the ranges that section_leave is told are then read anew. */
struct tracker *section_enter_late(struct section *section, uint32_t turn);

/* The tracker, never NULL: for calls that must not be made without it, which no handler makes that
 * interrupted another one. If one does all the same, it waits until it may take the gate by
 * force. */
struct tracker *section_enter_patiently(struct section *section);

/* Another range that may have changed (mremap has two). */
static inline void section_touch(struct section *section, uintptr_t start, uintptr_t end) {
    section->start = start;
    section->end = end;
}

static inline void section_leave(struct section *section, uintptr_t start, uintptr_t end) {
    if (__builtin_expect(section->tracker == NULL, 0)) {
        section_leave_slowly(section, start, end);
        return;
    }
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    section->tracker->busy = false;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    if (__builtin_expect(!gate_leave((uintptr_t)section), 0))
        section_leave_slowly(section, start, end);
}

/* From now on forked children do not inherit all mappings (MADV_DONTFORK), and read the kernel's
 * list. Before the call that makes it so. Async-signal-safe. */
void section_expect_partial_forks(void);

/* How often the gate was taken by force. */
unsigned section_forced(void);

#endif
