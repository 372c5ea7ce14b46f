/* glibc: -2.34 */
/* Initialising a thread's TLS again when its stack is used again: all of it. */
#include "glibc/mirror/dtv.h"
#include "glibc/mirror/thread_tls.h"

EXPORT void *_dl_allocate_tls_init(void *tcb);

void *_dl_allocate_tls_init(void *tcb) {
    if (tcb != NULL)
        dtv_init(tcb, true);
    return tcb;
}
