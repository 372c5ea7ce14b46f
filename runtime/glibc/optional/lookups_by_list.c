/* glibc: 2.34- */
/* Waiting for lookups under way: the mark in each thread's TCB, by glibc's lists of threads (2.34
 * and later). */
#include "arch.h"
#include "glibc/gscope.h"
#include "glibc/mirror/threads.h"
#include "syscall_numbers.h"
#include "base/system.h"
#include "glibc_layout.h"
#include <stdbool.h>

enum { UNUSED, USED, WAITED_FOR };
enum { FUTEX_WAIT_PRIVATE = 128 };

static void wait_for(struct pthread *thread, void *self) {
    int32_t *flag = &thread->header.gscope_flag;
    int32_t expected = USED;
    if (thread == self)
        return;
    if (!__atomic_compare_exchange_n(flag, &expected, WAITED_FOR, false, __ATOMIC_SEQ_CST,
                                     __ATOMIC_SEQ_CST) &&
        expected == UNUSED)
        return;
    do
        system_call(SYS_futex, (long)flag, FUTEX_WAIT_PRIVATE, WAITED_FOR, 0, 0, 0);
    while (__atomic_load_n(flag, __ATOMIC_SEQ_CST) == WAITED_FOR);
}

void glibc_wait_lookups(void) {
    threads_each(wait_for, arch_thread_pointer());
}
