/* A futex lock for short sections, taken with every signal blocked so that a handler can never wait
 * for the thread it interrupted. */
#ifndef WINE_LD_LOCK_H
#define WINE_LD_LOCK_H

#include <stdint.h>

struct lock {
    uint32_t word; /* 0 free, 1 held, 2 held with waiters */
};

struct lock_guard {
    uint64_t signals; /* the mask to restore */
};

/* Blocks signals, then takes the lock. */
struct lock_guard lock_take(struct lock *lock);
/* Releases it and restores the signal mask. */
void lock_release(struct lock *lock, struct lock_guard guard);
/* In a forked child that has only the calling thread: forget whoever held it. */
void lock_reset(struct lock *lock);

#endif
