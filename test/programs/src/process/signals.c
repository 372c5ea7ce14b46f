/* Signals: handlers that open libraries' functions for the first time, alternate stacks, contexts.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

#include "check.h"

static volatile sig_atomic_t caught;
static jmp_buf back;
static ucontext_t here, there;

static void on_signal(int number) {
    int *memory = alloca(200);
    memset(memory, number, 200);
    caught += number == SIGALRM || number == SIGUSR1;
}
static void on_overflow(int number) {
    (void)number;
    longjmp(back, 1);
}
static int overflow(int depth) {
    volatile char room[4096];
    room[0] = (char)depth;
    return depth > 1000000 ? 0 : overflow(depth + 1) + room[0];
}
static void coroutine(void) {
    caught += 100;
}

int main(void) {
    signal(SIGUSR1, on_signal);
    raise(SIGUSR1);
    CHECK(caught == 1);
    struct itimerval soon = {{0, 0}, {0, 1000}};
    signal(SIGALRM, on_signal);
    setitimer(ITIMER_REAL, &soon, NULL);
    while (caught < 2)
        usleep(500);
    stack_t stack = {.ss_sp = malloc(65536), .ss_size = 65536};
    sigaltstack(&stack, NULL);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_overflow;
    action.sa_flags = SA_ONSTACK | SA_NODEFER;
    sigaction(SIGSEGV, &action, NULL);
    if (setjmp(back) == 0)
        CHECK(overflow(0) == -1);
    getcontext(&there);
    there.uc_stack.ss_sp = malloc(65536);
    there.uc_stack.ss_size = 65536;
    there.uc_link = &here;
    makecontext(&there, coroutine, 0);
    swapcontext(&here, &there);
    CHECK(caught == 102);
    return check_status();
}
