/* glibc's locks, as the linker takes them. */
#ifndef WINE_LD_GLIBC_LOCKS_H
#define WINE_LD_GLIBC_LOCKS_H

#include <stdint.h>

#include "glibc_layout.h"

/* The locks are taken from now on: the main thread has its TCB. Before, taking one does nothing. */
void locks_enable(void);

/* GL(dl_load_tls_lock): protects the TLS modules against threads that are being created. Taken
 * after the load lock, never before it. */
void tls_lock(void);
void tls_unlock(void);

/* Where that lock lies: optional/. */
pthread_mutex_t *tls_mutex(void);

/* One of the recursive mutexes. */
void mutex_lock(pthread_mutex_t *mutex);
void mutex_unlock(pthread_mutex_t *mutex);

/* Makes free a mutex that libc's fork leaves alone and that another thread of the parent may have
 * held. `known` is how many forks the mutex has seen. */
void mutex_forget_fork(pthread_mutex_t *mutex, uint32_t *known);

/* Tells libc how to take the locks, where it goes through function pointers (optional/); NULL: it
 * does not. */
__attribute__((weak, visibility("hidden"))) void locks_publish(void);

/* libc's simplest lock (lll_lock): a futex word, 0 free, 1 held, 2 held with waiters. */
void word_lock(int32_t *word);
void word_unlock(int32_t *word);

#endif
