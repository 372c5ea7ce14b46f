/* Many modules with TLS opened and closed in changing order, while threads use them. */
#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>

#include "check.h"

enum { MODULES = 24, THREADS = 4, ROUNDS = 3 };
static int (*next[MODULES])(void);
static sem_t go[THREADS], done;

static void *use(void *argument) {
    sem_t *mine = argument;
    for (int round = 0; round < ROUNDS; round++) {
        sem_wait(mine);
        int wrong = 0;
        for (int index = 0; index < MODULES; index++)
            if (next[index] != NULL)
                for (int call = 1; call <= 3; call++)
                    wrong += next[index]() != index + call;
        CHECK(wrong == 0);
        sem_post(&done);
    }
    return NULL;
}

static void open_some(void **handles, int round) {
    for (int index = 0; index < MODULES; index++) {
        char name[32];
        snprintf(name, sizeof name, "libmodule%d.so", index);
        next[index] = NULL;
        if ((index + round) % 3 == 0 && round != 0)
            continue;
        handles[index] = dlopen(name, RTLD_NOW);
        if (CHECK(handles[index] != NULL))
            next[index] = (int (*)(void))dlsym(handles[index], "next");
    }
}

int main(void) {
    pthread_t threads[THREADS];
    sem_init(&done, 0, 0);
    for (int index = 0; index < THREADS; index++) {
        sem_init(&go[index], 0, 0);
        pthread_create(&threads[index], NULL, use, &go[index]);
    }
    for (int round = 0; round < ROUNDS; round++) {
        void *handles[MODULES] = {NULL};
        open_some(handles, round);
        for (int index = 0; index < THREADS; index++)
            sem_post(&go[index]);
        for (int index = 0; index < THREADS; index++)
            sem_wait(&done);
        for (int index = 0; index < MODULES; index++)
            if (handles[index] != NULL)
                CHECK(dlclose(handles[index]) == 0);
    }
    for (int index = 0; index < THREADS; index++)
        pthread_join(threads[index], NULL);
    return check_status();
}
