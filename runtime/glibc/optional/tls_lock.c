/* The lock around TLS modules, glibc 2.34 and later. fork in libc resets it. */
#include "glibc/locks.h"
#include "glibc_layout.h"

pthread_mutex_t *tls_mutex(void) {
    return &_rtld_global._dl_load_tls_lock.mutex;
}
