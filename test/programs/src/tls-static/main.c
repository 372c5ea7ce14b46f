/* A library with static TLS opened late: a small one fits the surplus, a large one does not. */
#include <dlfcn.h>
#include <pthread.h>

#include "check.h"

static int (*first)(void);

static void *use(void *unused) {
    (void)unused;
    CHECK(first() == 1);
    return NULL;
}

int main(void) {
    void *small = dlopen("libsmall.so", RTLD_NOW);
    if (CHECK(small != NULL)) {
        first = (int (*)(void))dlsym(small, "first");
        pthread_t thread;
        pthread_create(&thread, NULL, use, NULL);
        pthread_join(thread, NULL);
        use(NULL);
    } else {
        puts(dlerror());
    }
    CHECK(dlopen("liblarge.so", RTLD_NOW) == NULL);
    puts(dlerror());
    CHECK(dlopen("liblarge.so", RTLD_NOW) == NULL);
    puts(dlerror());
    return check_status();
}
