/* A futex lock for short sections, taken with every signal blocked so that a handler can never wait
 * for the thread it interrupted. */
#ifndef WINE_LD_LOCK_H
#define WINE_LD_LOCK_H

#include <stdint.h>

struct lock {
    uint32_t word; /* 0 free; else held, by whom of which process: see lock.c */
};

struct lock_guard {
    uint64_t signals; /* the mask to restore */
};

/* Once at start, after space_init and before the program's code: from now on there may be other
 * threads and signal handlers, so locks are taken; before, taking one does nothing. A forked child
 * finds every lock free that another thread of its parent held: what a lock protects must be fit
 * for use after each single store. */
void lock_start(void);

/* How many forks lie between the start and this process; counted by whoever asks first after one.
 */
uint32_t lock_forks(void);

/* Blocks all signals of the calling thread; the mask there was. */
uint64_t signals_block(void);
void signals_restore(uint64_t mask);

/* Blocks signals, then takes the lock. */
struct lock_guard lock_take(struct lock *lock);
/* Releases it and restores the signal mask. */
void lock_release(struct lock *lock, struct lock_guard guard);

#endif
