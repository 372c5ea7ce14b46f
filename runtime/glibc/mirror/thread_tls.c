/* What libc's pthread_create asks for a new thread: a DTV and initialised TLS blocks below its TCB.
 * Knows where glibc keeps the pieces of a thread's static area. */
#include "glibc/mirror/thread_tls.h"

#include "glibc/mirror/dtv.h"
#include "process/heap.h"
#include "object/lookup.h"
#include "object/namespace.h"
#include "space/space.h"
#include "object/tls.h"
#include "glibc/gscope.h"

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

/* libc's malloc initialises itself on its first call and, until glibc 2.42, two threads must not do
 * that at once. glibc's ld.so takes a thread's DTV from the program's calloc, so that call always
 * came before the second thread; our DTVs come from elsewhere, so we make it for its own sake. */
static void start_malloc(void) {
    struct object *program = namespace_at(NAMESPACE_BASE)->first;
    int outer = scope_read_begin();
    elf_addr allocate = lookup_called(program, "calloc", 0);
    elf_addr release = lookup_called(program, "free", 0);
    scope_read_end(outer);
    if (allocate != 0 && release != 0)
        ((void (*)(void *))release)(((void *(*)(size_t, size_t))allocate)(1, sizeof(union dtv)));
}

/* What has to be done before there is a second thread. */
static void become_threaded(void) {
    static bool done;
    if (!__atomic_exchange_n(&done, true, __ATOMIC_RELAXED)) {
        space_watch_forks();
        start_malloc();
    }
}

/* `memory`: the TCB at the end of a thread's stack, NULL: to be allocated. Returns the TCB, NULL:
 * no memory. */
EXPORT void *_dl_allocate_tls(void *memory) {
    struct pthread *thread = memory;
    become_threaded();
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
