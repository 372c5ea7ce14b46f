/* glibc: 2.41- */
/* Initialising a thread's TLS again when its stack is used again: the flag says whether it is the
 * main thread at start, whose blocks of other namespaces were filled already (pthread_create says
 * no). */
#include "glibc/mirror/dtv.h"
#include "glibc/mirror/thread_tls.h"

EXPORT void *_dl_allocate_tls_init(void *tcb, bool main_thread);

void *_dl_allocate_tls_init(void *tcb, bool main_thread) {
    if (tcb != NULL)
        dtv_init(tcb, !main_thread);
    return tcb;
}
