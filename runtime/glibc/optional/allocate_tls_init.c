/* glibc: 2.35-2.40 */
/* Initialising a thread's TLS again when its stack is used again: the flag says whether the blocks
 * of other namespaces are to be filled too (pthread_create says yes). */
#include "glibc/mirror/dtv.h"
#include "glibc/mirror/thread_tls.h"

EXPORT void *_dl_allocate_tls_init(void *tcb, bool all_namespaces);

void *_dl_allocate_tls_init(void *tcb, bool all_namespaces) {
    if (tcb != NULL)
        dtv_init(tcb, all_namespaces);
    return tcb;
}
