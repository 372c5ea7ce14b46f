/* x86_64: the list of held robust mutexes is doubly linked. */
#include "glibc/mirror/thread.h"
#include "glibc_layout.h"

void thread_set_robust_previous(struct pthread *thread) {
    thread->robust_prev = &thread->robust_head;
}
