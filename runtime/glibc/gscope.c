/* The mark that a thread sets while it looks symbols up without a lock: gscope_flag of its TCB, the
 * same that libc sets around dlsym. */
#include "arch.h"
#include "glibc/gscope.h"
#include "glibc_layout.h"
#include "syscall_numbers.h"
#include "base/system.h"

enum { UNUSED, USED, WAITED_FOR };
enum { FUTEX_WAKE_PRIVATE = 129 };

static int32_t *flag_of(struct pthread *thread) {
    return &thread->header.gscope_flag;
}

/* What was marked already by an interrupted lookup stays marked after the inner one. */
int scope_read_begin(void) {
    int32_t *flag = flag_of(arch_thread_pointer());
    int outer = __atomic_load_n(flag, __ATOMIC_RELAXED) != UNUSED;
    if (!outer)
        __atomic_exchange_n(flag, USED, __ATOMIC_SEQ_CST);
    return outer;
}

void scope_read_end(int outer) {
    int32_t *flag = flag_of(arch_thread_pointer());
    if (!outer && __atomic_exchange_n(flag, UNUSED, __ATOMIC_RELEASE) == WAITED_FOR)
        system_call(SYS_futex, (long)flag, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0);
}
