/* The main thread's stack is not libc's to free (a flag until glibc 2.42). */
#include "glibc/mirror/thread.h"
#include "glibc_layout.h"

void thread_mark_user_stack(struct pthread *thread) {
    thread->user_stack = true;
}
