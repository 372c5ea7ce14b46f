/* Calls that are interrupted and never come back: handlers that sleep, jump out, end their thread or fork,
 * in the middle of a call of the mmap family. The other threads have to go on, and at the end the linker's
 * list has to be the kernel's.
 *
 * Usage, under the linker: interrupted [seconds] */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../bench/space/bare.h"
#include "check.h"
#include "lists.h"

enum { PAGE = 4096, THREADS = 6 };
enum { LONGEST_WAIT_MS = 2000 }; /* generous: the machine may be busy */

static __thread sigjmp_buf back;
static __thread volatile int may_jump;
static volatile int stop;
static volatile long turns[THREADS];
static pthread_t threads[THREADS];
static volatile int alive[THREADS];
static __thread int number;

static void on_signal(int signal_number) {
    static volatile unsigned counter;
    (void)signal_number;
    switch (counter++ % 5) {
    case 0: { /* blocked for long: the others must not wait for it */
        struct timespec time = {0, 400 * 1000000};
        nanosleep(&time, NULL);
        break;
    }
    case 1:
        if (may_jump) {
            siglongjmp(back, 1);
        }
        break;
    case 2:
        if (may_jump && number % 3 == 2) {
            alive[number] = 0;
            pthread_exit(NULL);
        }
        break;
    case 3: {
        pid_t child = fork();
        if (child == 0) { /* the call that was interrupted goes on in the child too */
            void *got = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            munmap(got, PAGE);
            compare_lists("in a child forked by a handler");
            _exit(got == MAP_FAILED);
        }
        int status;
        while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
        }
        CHECK(status == 0, "the child of a handler ended with status %x", (unsigned)status);
        break;
    }
    default: {
        void *got = mmap(NULL, 2 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        CHECK(got != MAP_FAILED, "mmap in a handler: %d", errno);
        munmap(got, 2 * PAGE);
    }
    }
}

static void *work(void *argument) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGUSR1);
    number = (int)(intptr_t)argument;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
    sigsetjmp(back, 1);
    may_jump = 1;
    pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
    while (!stop) {
        char *got = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        mprotect(got, PAGE, PROT_READ);
        munmap(got, 4 * PAGE);
        ++turns[number];
    }
    may_jump = 0;
    alive[number] = 0;
    return NULL;
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

int main(int argc, char **argv) {
    double seconds = argc > 1 ? atof(argv[1]) : 3;
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    uint64_t seed = 42;
    lists_init();
    sigaction(SIGUSR1, &action, NULL);
    for (intptr_t i = 0; i < THREADS; ++i) {
        alive[i] = 1;
        CHECK(pthread_create(&threads[i], NULL, work, (void *)i) == 0, "pthread_create");
    }
    double longest = 0;
    for (double end = now() + seconds; now() < end;) {
        int victim = (int)chance_below(&seed, THREADS - 1); /* the last is left alone, and has to go on */
        if (alive[victim]) {
            pthread_kill(threads[victim], SIGUSR1);
        }
        double start = now();
        for (long before = turns[THREADS - 1]; turns[THREADS - 1] == before;) {
            usleep(200);
            CHECK(now() - start < LONGEST_WAIT_MS * 1e-3, "a thread nobody disturbs does not go on");
        }
        longest = now() - start > longest ? now() - start : longest;
        usleep((useconds_t)chance_below(&seed, 20000));
    }
    stop = 1;
    for (int i = 0; i < THREADS; ++i) {
        pthread_join(threads[i], NULL);
    }
    compare_lists("at the end");
    printf("all threads went on; longest wait %.0f ms; %u stuck calls overtaken\n", longest * 1e3, overtaken());
    return 0;
}
