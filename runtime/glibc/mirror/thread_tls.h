/* Thread creation as libc.so.6 calls it (GLIBC_PRIVATE). */
#ifndef WINE_LD_GLIBC_THREAD_TLS_H
#define WINE_LD_GLIBC_THREAD_TLS_H

#include <stdbool.h>
#include <stddef.h>

#include "arch.h"
#include "glibc_layout.h"

/* A static area with a zeroed TCB and an empty DTV. NULL: no memory. */
struct pthread *thread_allocate(void);

EXPORT void *_dl_allocate_tls(void *memory);
EXPORT void _dl_deallocate_tls(void *tcb, bool free_tcb);
EXPORT void _dl_get_tls_static_info(size_t *size, size_t *align);
/* _dl_allocate_tls_init, whose arguments differ between glibc versions, is in optional/. */

#endif
