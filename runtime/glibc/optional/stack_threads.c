/* glibc: 2.34- */
/* Stacks of threads, by glibc's lists of them (since 2.34 in _rtld_global). */
#include "glibc/mirror/stack.h"
#include "glibc/mirror/threads.h"
#include "glibc_layout.h"

static int protect_thread(struct pthread *thread) {
    uintptr_t start = (uintptr_t)thread->stackblock + thread->guardsize;
    return space_protect(start, thread->stackblock_size - thread->guardsize, STACK_PROTECTION);
}

int __nptl_change_stack_perm(struct pthread *thread) {
    return -protect_thread(thread);
}

/* The main thread's stack is the kernel's and has no block. */
static void protect_one(struct pthread *thread, void *context) {
    int *result = context;
    if (thread->stackblock != NULL && *result == 0)
        *result = protect_thread(thread);
}

int stack_change_all(void) {
    int result = stack_protect_main();
    if (result == 0)
        threads_each_stack(protect_one, &result);
    return result;
}
