/* A futex lock taken with every signal blocked. Knows the three states of the word ("Futexes are
 * tricky", mutex 2) and, in its upper bits, how often the process was forked before it was taken: a
 * lock from before the last fork was held by a thread that is not in this process. Does not know
 * its owner, so it cannot be taken twice by one thread. */
#include "lock.h"

#include <stdbool.h>
#include <stddef.h>

#include "space/space.h"
#include "syscall_numbers.h"
#include "system.h"

enum { FREE, HELD, CONTENDED, STATE_BITS = 2 };
enum { FUTEX_WAIT_PRIVATE = 128, FUTEX_WAKE_PRIVATE = 129 };
enum { SIG_SETMASK = 2 };

static uint32_t forks;
static bool started;

void lock_start(void) {
    started = true;
}

/* The first to notice that a fork happened is alone: to make a thread, pthread_create asks us for
 * memory. */
uint32_t lock_forks(void) {
    uint32_t *same_process = space_fork_mark();
    if (__builtin_expect(*same_process == 0, 0)) {
        forks++;
        *same_process = 1;
    }
    return forks;
}

static uint64_t set_signals(uint64_t blocked) {
    uint64_t before = 0;
    system_call(SYS_rt_sigprocmask, SIG_SETMASK, (long)&blocked, (long)&before, sizeof before, 0,
                0);
    return before;
}

uint64_t signals_block(void) {
    return set_signals(~UINT64_C(0));
}

void signals_restore(uint64_t mask) {
    set_signals(mask);
}

static bool is_held(uint32_t word, uint32_t own) {
    enum { STATE = (1 << STATE_BITS) - 1 };
    return (word & STATE) != FREE && (word & ~(uint32_t)STATE) == own;
}

static void wait_for(struct lock *lock, uint32_t own) {
    while (is_held(__atomic_exchange_n(&lock->word, own | CONTENDED, __ATOMIC_ACQUIRE), own))
        system_call(SYS_futex, (long)&lock->word, FUTEX_WAIT_PRIVATE, (long)(own | CONTENDED), 0, 0,
                    0);
}

struct lock_guard lock_take(struct lock *lock) {
    if (!started)
        return (struct lock_guard){0};
    struct lock_guard guard = {signals_block()};
    uint32_t own = lock_forks() << STATE_BITS;
    uint32_t expected = FREE;
    if (!__atomic_compare_exchange_n(&lock->word, &expected, own | HELD, false, __ATOMIC_ACQUIRE,
                                     __ATOMIC_RELAXED))
        wait_for(lock, own);
    return guard;
}

void lock_release(struct lock *lock, struct lock_guard guard) {
    if (!started)
        return;
    uint32_t word = __atomic_exchange_n(&lock->word, FREE, __ATOMIC_RELEASE);
    if ((word & CONTENDED) != 0)
        system_call(SYS_futex, (long)&lock->word, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0);
    signals_restore(guard.signals);
}
