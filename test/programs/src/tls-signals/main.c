/* A signal handler uses a thread's variable for the first time while the function that it
 * interrupts does: both must get the same block. glibc's ld.so does not promise that. */
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>

#include "check.h"

enum { ROUNDS = 20, EXPECTED = 3 };

static int *(*where)(void);
static volatile int started, handled;

static void handler(int number) {
    (void)number;
    ++*where();
    handled = 1;
}

static void *user(void *result) {
    started = 1;
    ++*where();
    while (!handled) {
    }
    *(int *)result = *where();
    return NULL;
}

int main(void) {
    void *library = dlopen("liblarge.so", RTLD_NOW);
    if (!CHECK(library != NULL))
        return check_status();
    where = (int *(*)(void))dlsym(library, "where");
    signal(SIGUSR1, handler);
    for (int i = 0; i < ROUNDS; i++) {
        pthread_t thread;
        int result = 0;
        started = handled = 0;
        CHECK(pthread_create(&thread, NULL, user, &result) == 0);
        while (!started) {
        }
        pthread_kill(thread, SIGUSR1);
        pthread_join(thread, NULL);
        CHECK(result == EXPECTED);
    }
    return check_status();
}
