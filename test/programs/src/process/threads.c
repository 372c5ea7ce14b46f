/* Threads: stacks and their attributes, minimal stacks, many at once, joins, fork and exec from a
 * thread. */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

extern char **environ;

static void *where(void *unused) {
    (void)unused;
    int here;
    pthread_attr_t attributes;
    void *base;
    size_t size, guard;
    CHECK(pthread_getattr_np(pthread_self(), &attributes) == 0);
    pthread_attr_getstack(&attributes, &base, &size);
    pthread_attr_getguardsize(&attributes, &guard);
    CHECK((char *)&here > (char *)base && (char *)&here < (char *)base + size);
    pthread_attr_destroy(&attributes);
    return (void *)(guard + 1);
}

static void small_stack(void) {
    pthread_attr_t attributes;
    pthread_t thread;
    void *result = NULL;
    pthread_attr_init(&attributes);
    CHECK(pthread_attr_setstacksize(&attributes, (size_t)sysconf(_SC_THREAD_STACK_MIN)) == 0);
    CHECK(pthread_create(&thread, &attributes, where, NULL) == 0);
    CHECK(pthread_join(thread, &result) == 0 && result != NULL);
    printf("minimum %ld guard %ld\n", sysconf(_SC_THREAD_STACK_MIN), (long)result - 1);
}

static void children(void) {
    pid_t child = fork();
    if (child == 0)
        _exit(where(NULL) != NULL ? 9 : 8);
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(WEXITSTATUS(status) == 9);
    child = vfork();
    if (child == 0)
        _exit(4);
    waitpid(child, &status, 0);
    CHECK(WEXITSTATUS(status) == 4);
    char *arguments[] = {"sh", "-c", "exit 6", NULL};
    CHECK(posix_spawn(&child, "/bin/sh", NULL, NULL, arguments, environ) == 0);
    waitpid(child, &status, 0);
    CHECK(WEXITSTATUS(status) == 6);
    status = system("exit 3");
    CHECK(WEXITSTATUS(status) == 3);
    FILE *pipe = popen("echo piped", "r");
    char line[32] = "";
    CHECK(fgets(line, sizeof line, pipe) != NULL && strcmp(line, "piped\n") == 0);
    pclose(pipe);
}

static void *child_of_thread(void *unused) {
    (void)unused;
    children();
    return NULL;
}

int main(void) {
    pthread_t threads[64];
    /* The children are the machine's: a library path of another release is not for them. */
    unsetenv("LD_LIBRARY_PATH");
    where(NULL);
    for (int round = 0; round < 4; round++) {
        for (int index = 0; index < 64; index++)
            CHECK(pthread_create(&threads[index], NULL, where, NULL) == 0);
        for (int index = 0; index < 64; index++)
            CHECK(pthread_join(threads[index], NULL) == 0);
    }
    small_stack();
    children();
    pthread_create(&threads[0], NULL, child_of_thread, NULL);
    pthread_join(threads[0], NULL);
    return check_status();
}
