/* Whether the stack is executable: at start, in a thread, after a library that wants it was opened.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>

#include "check.h"

static sigjmp_buf back;

static void on_fault(int number) {
    (void)number;
    siglongjmp(back, 1);
}

static int stack_executes(void) {
    static const unsigned char code[] = {0xb8, 0x2a, 0, 0, 0, 0xc3}; /* mov $42, %eax; ret */
    unsigned char copy[16];
    memcpy(copy, code, sizeof code);
    if (sigsetjmp(back, 1) != 0)
        return 0;
    int (*volatile function)(void) = (int (*)(void))copy;
    return function() == 42;
}

static void *in_thread(void *result) {
    *(int *)result = stack_executes();
    return NULL;
}

static int thread_stack_executes(void) {
    pthread_t thread;
    int result = -1;
    pthread_create(&thread, NULL, in_thread, &result);
    pthread_join(thread, NULL);
    return result;
}

int main(void) {
    signal(SIGSEGV, on_fault);
    printf("start %d, thread %d\n", stack_executes(), thread_stack_executes());
    void *library = dlopen("libexecstack.so", RTLD_NOW);
    puts(library == NULL ? dlerror() : "opened");
    printf("now %d, thread %d\n", stack_executes(), thread_stack_executes());
    return check_status();
}
