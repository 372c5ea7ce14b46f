/* The recursive mutexes in _rtld_global, which libc locks with its pthread_mutex_lock: the same
 * steps on the same words (public ABI of pthread_mutex_t). Not libc's own functions, because these
 * locks are taken on the way to a lazily bound function, whose arguments lie in vector registers
 * that libc's code may use. */
#include "glibc/mutex.h"

#include <stdbool.h>

#include "arch.h"
#include "base/system.h"
#include "glibc_layout.h"
#include "process/forks.h"
#include "syscall_numbers.h"

enum { FREE, HELD, CONTENDED };
enum { FUTEX_WAIT_PRIVATE = 128, FUTEX_WAKE_PRIVATE = 129 };

enum { RECURSIVE = 1 }; /* PTHREAD_MUTEX_RECURSIVE_NP */

static bool enabled;

void mutex_set_recursive(union pthread_mutex_t *mutex) {
    mutex->__data.__kind = RECURSIVE;
}

void mutex_enable(void) {
    enabled = true;
}

void word_lock(int32_t *word) {
    int32_t expected = FREE;
    if (__atomic_compare_exchange_n(word, &expected, HELD, false, __ATOMIC_ACQUIRE,
                                    __ATOMIC_RELAXED))
        return;
    while (__atomic_exchange_n(word, CONTENDED, __ATOMIC_ACQUIRE) != FREE)
        system_call(SYS_futex, (long)word, FUTEX_WAIT_PRIVATE, CONTENDED, 0, 0, 0);
}

void word_unlock(int32_t *word) {
    if (__atomic_exchange_n(word, FREE, __ATOMIC_RELEASE) == CONTENDED)
        system_call(SYS_futex, (long)word, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0);
}

static int32_t own_id(void) {
    return ((const struct pthread *)arch_thread_pointer())->tid;
}

void mutex_lock(pthread_mutex_t *mutex) {
    struct __pthread_mutex_s *data = &mutex->__data;
    if (!enabled)
        return;
    int32_t self = own_id(); /* 0: there are no threads yet, and no owner is noted */
    if (__atomic_load_n(&data->__owner, __ATOMIC_RELAXED) == self) {
        data->__count++;
        return;
    }
    word_lock(&data->__lock);
    data->__count = 1;
    __atomic_store_n(&data->__owner, self, __ATOMIC_RELAXED);
    data->__nusers++;
}

/* Not the owner: fork has reset the lock that its caller held. */
void mutex_unlock(pthread_mutex_t *mutex) {
    struct __pthread_mutex_s *data = &mutex->__data;
    if (!enabled || __atomic_load_n(&data->__owner, __ATOMIC_RELAXED) != own_id())
        return;
    if (--data->__count != 0 || data->__owner == 0)
        return;
    __atomic_store_n(&data->__owner, 0, __ATOMIC_RELAXED);
    data->__nusers--;
    word_unlock(&data->__lock);
}

void mutex_forget_fork(pthread_mutex_t *mutex, uint32_t *known) {
    struct __pthread_mutex_s *data = &mutex->__data;
    uint32_t now = forks_count();
    if (*known == now)
        return;
    *known = now;
    data->__lock = FREE;
    data->__count = 0;
    data->__nusers = 0;
    data->__owner = 0;
}
