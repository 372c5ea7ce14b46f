/* The same library opened at run time, by threads that exist already and by new ones. */
#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>

#include "check.h"

static sem_t opened, used;
static int (*library_sum)(void);
static void (*library_change)(int by);

static void *use(void *argument) {
    if (argument != NULL)
        sem_wait(&opened);
    CHECK(library_sum() == 49);
    library_change(2);
    CHECK(library_sum() == 56);
    sem_post(&used);
    return NULL;
}

static void *open_library(void) {
    void *library = dlopen(LIBRARY, RTLD_NOW);
    if (library == NULL)
        puts(dlerror());
    else {
        library_sum = (int (*)(void))dlsym(library, "library_sum");
        library_change = (void (*)(int))dlsym(library, "library_change");
    }
    return library;
}

int main(void) {
    for (int round = 0; round < 3; round++) {
        pthread_t before[2], after;
        sem_init(&opened, 0, 0);
        sem_init(&used, 0, 0);
        for (int index = 0; index < 2; index++)
            pthread_create(&before[index], NULL, use, &opened);
        void *library = open_library();
        if (!CHECK(library != NULL))
            return check_status();
        int *address = (int *)dlsym(library, "initialised");
        CHECK(address != NULL && *address == 42);
        sem_post(&opened);
        sem_post(&opened);
        pthread_create(&after, NULL, use, NULL);
        use(NULL);
        CHECK(*address == 44);
        pthread_join(before[0], NULL);
        pthread_join(before[1], NULL);
        pthread_join(after, NULL);
        CHECK(dlclose(library) == 0);
        CHECK(dlopen(LIBRARY, RTLD_NOW | RTLD_NOLOAD) == NULL);
    }
    return check_status();
}
