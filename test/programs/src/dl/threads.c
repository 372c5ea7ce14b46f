/* dlopen, dlsym, lazy binding, dl_iterate_phdr and dlclose from eight threads at once, with forks.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static int count_one(struct dl_phdr_info *info, size_t size, void *count) {
    (void)size;
    *(int *)count += info->dlpi_phnum > 0;
    return 0;
}

static void work(int number, int round) {
    char name[32];
    snprintf(name, sizeof name, "libmodule%d.so", (number * 3 + round) % 24);
    void *handle = dlopen(name, round % 2 ? RTLD_LAZY : RTLD_NOW);
    if (!CHECK(handle != NULL))
        return;
    int (*next)(void) = (int (*)(void))dlsym(handle, "next");
    CHECK(next != NULL && next() > 0);
    int objects = 0;
    dl_iterate_phdr(count_one, &objects);
    CHECK(objects > 3);
    CHECK(dlclose(handle) == 0);
}

static void *loop(void *argument) {
    int number = *(int *)argument;
    for (int round = 0; round < 60; round++) {
        work(number, round);
        if (number == 0 && round % 10 == 0) {
            pid_t child = fork();
            if (child == 0)
                _exit(5);
            int status = 0;
            waitpid(child, &status, 0);
            CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 5);
        }
    }
    return NULL;
}

int main(void) {
    pthread_t threads[8];
    int numbers[8];
    for (int index = 0; index < 8; index++) {
        numbers[index] = index;
        pthread_create(&threads[index], NULL, loop, &numbers[index]);
    }
    for (int index = 0; index < 8; index++)
        pthread_join(threads[index], NULL);
    pid_t child = fork();
    if (child == 0) {
        work(1, 1);
        _exit(check_failures == 0 ? 5 : 6);
    }
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 5);
    return check_status();
}
