/* glibc: -2.33 */
/* The lock around TLS modules, where glibc has none of its own: so fork in libc does not reset it.
 */
#include "glibc/locks.h"
#include "lock.h"

pthread_mutex_t *tls_mutex(void) {
    static pthread_mutex_t mutex;
    static uint32_t known_forks;
    if (known_forks != lock_forks()) {
        known_forks = lock_forks();
        mutex.__data.__lock = 0;
        mutex.__data.__count = 0;
        mutex.__data.__nusers = 0;
        mutex.__data.__owner = 0;
    }
    return &mutex;
}
