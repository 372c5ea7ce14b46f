/* The load lock, the TLS lock and their like in _rtld_global. libc's fork makes the load lock and
 * the TLS lock free in the child, but not the others. */
#include "glibc/locks.h"

#include <stddef.h>
#include <stdint.h>

#include "glibc/mutex.h"
#include "glibc_layout.h"

/* One for all namespaces: it is held for moments. */
static pthread_mutex_t *unique_mutex(void) {
    return &_rtld_global._dl_ns[0]._ns_unique_sym_table.lock.mutex;
}

void locks_enable(void) {
    mutex_set_recursive(&_rtld_global._dl_load_lock.mutex);
    mutex_set_recursive(&_rtld_global._dl_load_write_lock.mutex);
    mutex_set_recursive(tls_mutex());
    if (locks_publish != NULL)
        locks_publish();
    mutex_set_recursive(unique_mutex());
    mutex_enable();
}

void load_lock(void) {
    static uint32_t known_forks;
    mutex_lock(&_rtld_global._dl_load_lock.mutex);
    mutex_forget_fork(&_rtld_global._dl_load_write_lock.mutex, &known_forks);
}
void load_unlock(void) {
    mutex_unlock(&_rtld_global._dl_load_lock.mutex);
}
void load_write_lock(void) {
    mutex_lock(&_rtld_global._dl_load_write_lock.mutex);
}
void load_write_unlock(void) {
    mutex_unlock(&_rtld_global._dl_load_write_lock.mutex);
}
void tls_lock(void) {
    mutex_lock(tls_mutex());
}
void tls_unlock(void) {
    mutex_unlock(tls_mutex());
}
void unique_lock(void) {
    static uint32_t known_forks;
    mutex_forget_fork(unique_mutex(), &known_forks);
    mutex_lock(unique_mutex());
}
void unique_unlock(void) {
    mutex_unlock(unique_mutex());
}
