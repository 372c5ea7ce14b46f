/* A futex lock taken with every signal blocked. Knows the three states of the word ("Futexes are
 * tricky", mutex 2); does not know its owner, so it cannot be taken twice by one thread. */
#include "lock.h"

#include <stdbool.h>

#include "syscall_numbers.h"
#include "system.h"

enum { FREE, HELD, CONTENDED };
enum { FUTEX_WAIT_PRIVATE = 128, FUTEX_WAKE_PRIVATE = 129 };
enum { SIG_SETMASK = 2 };

static uint64_t set_signals(uint64_t blocked) {
    uint64_t before = 0;
    system_call(SYS_rt_sigprocmask, SIG_SETMASK, (long)&blocked, (long)&before, sizeof before, 0, 0);
    return before;
}

static void wait_for(struct lock *lock) {
    while (__atomic_exchange_n(&lock->word, CONTENDED, __ATOMIC_ACQUIRE) != FREE) {
        system_call(SYS_futex, (long)&lock->word, FUTEX_WAIT_PRIVATE, CONTENDED, 0, 0, 0);
    }
}

struct lock_guard lock_take(struct lock *lock) {
    struct lock_guard guard = {set_signals(~UINT64_C(0))};
    uint32_t expected = FREE;
    if (!__atomic_compare_exchange_n(&lock->word, &expected, HELD, false, __ATOMIC_ACQUIRE,
                                     __ATOMIC_RELAXED)) {
        wait_for(lock);
    }
    return guard;
}

void lock_release(struct lock *lock, struct lock_guard guard) {
    if (__atomic_exchange_n(&lock->word, FREE, __ATOMIC_RELEASE) == CONTENDED) {
        system_call(SYS_futex, (long)&lock->word, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0);
    }
    set_signals(guard.signals);
}

void lock_reset(struct lock *lock) {
    __atomic_store_n(&lock->word, FREE, __ATOMIC_RELEASE);
}
