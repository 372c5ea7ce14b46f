/* Before glibc 2.34 libpthread has its own lists of threads. It puts its functions into
 * _rtld_global when it is initialised; until then there is one thread, and the functions are these.
 */
#include "arch.h"
#include "glibc/mirror/dtv.h"
#include "glibc/gscope.h"
#include "glibc/mutex.h"
#include "glibc/static_tls.h"
#include "glibc/mirror/link_map.h"
#include "glibc/locks.h"
#include "glibc/mirror/stack.h"
#include "base/text.h"
#include "glibc_layout.h"

typedef void entry(void);

static void lock(pthread_mutex_t *mutex) {
    mutex_lock(mutex);
}

static void unlock(pthread_mutex_t *mutex) {
    mutex_unlock(mutex);
}

/* The static block of the only thread. */
static void init_static_tls(struct link_map *map) {
    char *block = (char *)arch_thread_pointer() - map->l_tls_offset;
    memcpy(block, map->l_tls_initimage, map->l_tls_initimage_size);
    memset(block + map->l_tls_initimage_size, 0, map->l_tls_blocksize - map->l_tls_initimage_size);
}

EXPORT int _dl_make_stack_executable(void **stack_end);

/* libpthread's hook calls it for the main thread's stack. Returns 0 or an errno. */
int _dl_make_stack_executable(void **stack_end) {
    (void)stack_end;
    int result = stack_protect_main();
    if (result == 0)
        stack_publish(true);
    return -result;
}

void locks_publish(void) {
    _rtld_global._dl_rtld_lock_recursive = (entry *)lock;
    _rtld_global._dl_rtld_unlock_recursive = (entry *)unlock;
    _rtld_global._dl_make_stack_executable_hook = (entry *)_dl_make_stack_executable;
    _rtld_global._dl_init_static_tls = (entry *)init_static_tls;
}

void thread_fill_static_tls(struct object *object, size_t offset) {
    struct link_map *map = link_map_of(object);
    map->l_tls_offset = (elf_saddr)offset;
    ((void (*)(struct link_map *))_rtld_global._dl_init_static_tls)(map);
}

void thread_init_static_tls(struct object *object) {
    thread_fill_static_tls(object, (size_t)object->tls.offset);
}

void glibc_wait_lookups(void) {
    if (_rtld_global._dl_wait_lookup_done != NULL)
        _rtld_global._dl_wait_lookup_done();
}

int stack_change_all(void) {
    void *end = __libc_stack_end;
    return -((int (*)(void **))_rtld_global._dl_make_stack_executable_hook)(&end);
}
