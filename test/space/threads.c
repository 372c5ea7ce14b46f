/* 64 threads that allocate, some of which fork or spawn: for watch.c. Usage: threads */
#include <errno.h>
#include <pthread.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

enum { THREADS = 64, TURNS = 40 };
extern char **environ;

static void wait_for(pid_t child) {
    int status;
    while (waitpid(child, &status, 0) < 0) {
        CHECK(errno == EINTR, "waitpid: %d", errno);
    }
    CHECK(status == 0, "the child ended with status %x", (unsigned)status);
}

static void *work(void *argument) {
    uint64_t seed = (uint64_t)(uintptr_t)argument + 1;
    for (int i = 0; i < TURNS; ++i) {
        size_t size = 1 + chance_below(&seed, 1 << 20);
        char *memory = malloc(size), *more = realloc(memory, 2 * size);
        CHECK(more != NULL, "realloc");
        memset(more, 1, 2 * size);
        free(more);
    }
    if ((uintptr_t)argument % 8 == 0) {
        pid_t child = fork();
        if (child == 0) {
            free(malloc(3 << 20));
            _exit(0);
        }
        wait_for(child);
    }
    if ((uintptr_t)argument % 8 == 1) {
        char *const arguments[] = {"true", NULL};
        pid_t child;
        CHECK(posix_spawnp(&child, "true", NULL, NULL, arguments, environ) == 0, "posix_spawn");
        wait_for(child);
    }
    return NULL;
}

int main(void) {
    unsetenv("LD_LIBRARY_PATH"); /* the children are the machine's own programs */
    pthread_t threads[THREADS];
    for (uintptr_t i = 0; i < THREADS; ++i) {
        CHECK(pthread_create(&threads[i], NULL, work, (void *)i) == 0, "pthread_create");
    }
    for (int i = 0; i < THREADS; ++i) {
        pthread_join(threads[i], NULL);
    }
    puts("64 threads are done");
    return 0;
}
