/* glibc's locks, as the linker takes them. */
#ifndef WINE_LD_GLIBC_LOCKS_H
#define WINE_LD_GLIBC_LOCKS_H

#include <stdint.h>

/* The locks are taken from now on: the main thread has its TCB. Before, taking one does nothing. */
void locks_enable(void);

/* GL(dl_load_tls_lock): protects the TLS modules against threads that are being created. Taken
 * after the load lock, never before it. */
void tls_lock(void);
void tls_unlock(void);

/* libc's simplest lock (lll_lock): a futex word, 0 free, 1 held, 2 held with waiters. */
void word_lock(int32_t *word);
void word_unlock(int32_t *word);

#endif
