/* Since glibc 2.43 a thread has a state, which the kernel clears at its end, and says how its stack
 * is guarded: the main thread can be joined, and its stack is not libc's. */
#include "glibc/mirror/thread.h"
#include "glibc_layout.h"

enum { JOINABLE = 2 };
enum { STACK_OF_OTHERS = 2 };

int32_t *thread_exit_word(struct pthread *thread) {
    return (int32_t *)(void *)&thread->joinstate;
}

void thread_mark_user_stack(struct pthread *thread) {
    thread->stack_mode = STACK_OF_OTHERS;
    thread->joinstate = JOINABLE;
}
