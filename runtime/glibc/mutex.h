/* glibc's recursive mutexes and its simplest lock, taken with glibc's own steps. */
#ifndef WINE_LD_GLIBC_MUTEX_H
#define WINE_LD_GLIBC_MUTEX_H

#include <stdint.h>

union pthread_mutex_t;

/* Makes it one that its owner may take again. */
void mutex_set_recursive(union pthread_mutex_t *mutex);

/* Mutexes are taken from now on: the main thread has its TCB. Before, taking one does nothing. */
void mutex_enable(void);

void mutex_lock(union pthread_mutex_t *mutex);
void mutex_unlock(union pthread_mutex_t *mutex);

/* Makes free a mutex that libc's fork leaves alone and that another thread of the parent may have
 * held. `known` is how many forks the mutex has seen. */
void mutex_forget_fork(union pthread_mutex_t *mutex, uint32_t *known);

/* libc's simplest lock (lll_lock): a futex word, 0 free, 1 held, 2 held with waiters. */
void word_lock(int32_t *word);
void word_unlock(int32_t *word);

#endif
