/* glibc: -2.33 */
/* The lock around TLS modules, where glibc has none of its own: so fork in libc does not reset it.
 */
#include "glibc/locks.h"
#include "glibc/mutex.h"
#include "glibc_layout.h"

pthread_mutex_t *tls_mutex(void) {
    static pthread_mutex_t mutex;
    static uint32_t known_forks;
    mutex_forget_fork(&mutex, &known_forks);
    return &mutex;
}
