/* TLS as libc and debuggers see it. */
#ifndef WINE_LD_GLIBC_TLS_GLOBALS_H
#define WINE_LD_GLIBC_TLS_GLOBALS_H

#include <stddef.h>

/* Copies the state of tls.h (slots, generation, static layout) to _rtld_global and _rtld_global_ro,
 * where libc and debuggers read it. */
void glibc_publish_tls(void);

/* Size and alignment of a thread's static area, bytes: pthread_create reads them. Called once. The
 * fields moved from one struct to another: optional/. */
void tls_publish_static(size_t size, size_t align);

#endif
