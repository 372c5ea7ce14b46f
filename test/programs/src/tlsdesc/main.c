/* TLS descriptors of a library that was opened late: in old and new threads. */
#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>

#include "check.h"

static int (*described)(void);
static sem_t opened;

static void *use(void *wait) {
    if (wait != NULL)
        sem_wait(&opened);
    CHECK(described() == 451);
    CHECK(described() == 562);
    return NULL;
}

int main(void) {
    pthread_t old, fresh;
    sem_init(&opened, 0, 0);
    pthread_create(&old, NULL, use, &opened);
    void *library = dlopen("liblibrary.so", MODE);
    if (!CHECK(library != NULL)) {
        puts(dlerror());
        return check_status();
    }
    described = (int (*)(void))dlsym(library, "described");
    sem_post(&opened);
    pthread_create(&fresh, NULL, use, NULL);
    use(NULL);
    pthread_join(old, NULL);
    pthread_join(fresh, NULL);
    int *a = (int *)dlsym(library, "a");
    CHECK(a != NULL && *a == 5);
    CHECK(dlclose(library) == 0);
    return check_status();
}
