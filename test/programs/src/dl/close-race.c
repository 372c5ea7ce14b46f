/* A thread binds a function to a library that is being closed: it waits for dlclose, finds the
 * library gone, and has to look again, through the scopes that there are by then. */
#include <dlfcn.h>
#include <pthread.h>
#include <unistd.h>

#include "check.h"

static pthread_t thread;
static int (*call)(void);
static int answer;

static void *caller(void *argument) {
    answer = call();
    return argument;
}

/* Runs inside dlclose. The thread cannot end before that does. */
static void start_caller(void) {
    CHECK(pthread_create(&thread, NULL, caller, NULL) == 0);
    usleep(100000);
}

int main(void) {
    void *plain = dlopen("libplain.so", RTLD_LAZY);
    void *first = dlopen("libfirst.so", RTLD_LAZY);
    void *second = dlopen("libsecond.so", RTLD_LAZY);
    if (!CHECK(plain != NULL && first != NULL && second != NULL))
        return check_status();
    call = (int (*)(void))dlsym(plain, "call_chosen");
    *(void (**)(void))dlsym(first, "on_close") = start_caller;
    CHECK(dlclose(first) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK(answer == 2);
    CHECK(dlopen("libfirst.so", RTLD_LAZY | RTLD_NOLOAD) == NULL);
    return check_status();
}
