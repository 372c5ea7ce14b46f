/* glibc's locks, as the linker takes them. All are recursive. */
#ifndef WINE_LD_GLIBC_LOCKS_H
#define WINE_LD_GLIBC_LOCKS_H

union pthread_mutex_t;

/* The locks are taken from now on: the main thread has its TCB. Before, taking one does nothing. */
void locks_enable(void);

/* GL(dl_load_lock): held by whoever loads or unloads. libc takes it too. */
void load_lock(void);
void load_unlock(void);
/* GL(dl_load_write_lock): held while the object lists change. */
void load_write_lock(void);
void load_write_unlock(void);

/* GL(dl_load_tls_lock): protects the TLS modules against threads that are being created. Taken
 * after the load lock, never before it. */
void tls_lock(void);
void tls_unlock(void);
/* Where that lock lies: optional/. */
union pthread_mutex_t *tls_mutex(void);

/* Around the table of STB_GNU_UNIQUE symbols; glibc's, too. */
void unique_lock(void);
void unique_unlock(void);

/* Tells libc how to take the locks, where it goes through function pointers (optional/); NULL: it
 * does not. */
__attribute__((weak, visibility("hidden"))) void locks_publish(void);

#endif
