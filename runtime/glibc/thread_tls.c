/* What libc's pthread_create asks for a new thread: a DTV and initialised TLS blocks below its TCB.
 * Knows where glibc keeps the pieces of a thread's static area. */
#include "thread_tls.h"

#include "dtv.h"
#include "heap.h"
#include "tls.h"

/* glibc's convention: the word behind the TCB holds what was allocated. */
static void **allocation_of(struct pthread *thread) {
    return (void **)(void *)((char *)thread + tls_static.tcb_size);
}

struct pthread *thread_allocate(void) {
    size_t size = tls_static.size;
    char *memory = heap_allocate_aligned(size + sizeof(void *), tls_static.align);
    if (memory == NULL)
        return NULL;
    struct pthread *thread = (void *)(memory + size - tls_static.tcb_size);
    *allocation_of(thread) = memory;
    if (dtv_create(thread))
        return thread;
    heap_free(memory);
    return NULL;
}

/* `memory`: the TCB at the end of a thread's stack, NULL: to be allocated. Returns the TCB, NULL:
 * no memory. */
EXPORT void *_dl_allocate_tls(void *memory) {
    struct pthread *thread = memory;
    if (thread == NULL)
        thread = thread_allocate();
    else if (!dtv_create(thread))
        thread = NULL;
    if (thread != NULL)
        dtv_init(thread, true);
    return thread;
}

EXPORT void _dl_deallocate_tls(void *tcb, bool free_tcb) {
    struct pthread *thread = tcb;
    dtv_destroy(thread);
    if (free_tcb)
        heap_free(*allocation_of(thread));
}

/* Size and alignment of a thread's static area. libc itself no longer asks, sanitizers do. */
EXPORT void _dl_get_tls_static_info(size_t *size, size_t *align) {
    *size = tls_static.size;
    *align = tls_static.align;
}
