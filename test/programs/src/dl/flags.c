/* The flags of dlopen: what is shared, what stays, what is found. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>

#include "check.h"

static void tell_error(const char *what) {
    const char *text = dlerror();
    printf("%s: %s\n", what, text == NULL ? "no error" : text);
}

static void reload(void) {
    void *first = dlopen("libone.so", RTLD_LAZY);
    void *second = dlopen("./libone.so" + 2, RTLD_NOW);
    CHECK(first != NULL && first == second);
    int *value = (int *)dlsym(first, "value");
    CHECK(*value == 1 && ((int (*)(void))dlsym(first, "bump"))() == 2 && *value == 2);
    CHECK(dlclose(first) == 0);
    CHECK(dlopen("libone.so", RTLD_NOLOAD | RTLD_LAZY) == second);
    CHECK(dlclose(first) == 0 && dlclose(second) == 0);
    CHECK(dlopen("libone.so", RTLD_NOLOAD | RTLD_LAZY) == NULL);
    tell_error("after NOLOAD");
    first = dlopen("libone.so", RTLD_LAZY);
    CHECK(*(int *)dlsym(first, "value") == 1);
    CHECK(dlclose(first) == 0);
}

static void promote(void) {
    void *local = dlopen("libone.so", RTLD_LAZY | RTLD_LOCAL);
    CHECK(dlsym(RTLD_DEFAULT, "shared_name") == NULL);
    tell_error("local symbol");
    void *user = dlopen("libuser.so", RTLD_NOW);
    tell_error("user without global");
    CHECK(user == NULL);
    void *global = dlopen("libone.so", RTLD_LAZY | RTLD_GLOBAL | RTLD_NOLOAD);
    CHECK(global == local);
    CHECK(dlsym(RTLD_DEFAULT, "shared_name") != NULL);
    user = dlopen("libuser.so", RTLD_NOW);
    if (CHECK(user != NULL))
        puts(((const char *(*)(void))dlsym(user, "ask"))());
    dlclose(global);
    dlclose(local);
    puts("closed the used one");
    if (user != NULL)
        CHECK(strcmp(((const char *(*)(void))dlsym(user, "ask"))(), "one") == 0);
    dlclose(user);
    puts("closed the user");
    /* dlsym by name made the program depend on the library: it stays. */
    printf("still there %d\n", dlsym(RTLD_DEFAULT, "shared_name") != NULL);
}

static void nodelete(void) {
    void *kept = dlopen("libtwo.so", RTLD_NOW | RTLD_NODELETE);
    int *value = (int *)dlsym(kept, "value");
    ++*value;
    CHECK(dlclose(kept) == 0);
    CHECK(*value == 2);
    CHECK(dlopen("libtwo.so", RTLD_NOW | RTLD_NOLOAD) == kept);
    void *marked = dlopen("libnodelete.so", RTLD_NOW);
    CHECK(dlclose(marked) == 0);
    CHECK(dlopen("libnodelete.so", RTLD_NOW | RTLD_NOLOAD) == marked);
    CHECK(dlopen("libnoopen.so", RTLD_NOW) == NULL);
    tell_error("DF_1_NOOPEN");
}

static void odd_arguments(void) {
    void *program = dlopen(NULL, RTLD_LAZY);
    CHECK(program != NULL && dlopen("", RTLD_LAZY) == program);
    CHECK(dlsym(program, "main") != NULL);
    CHECK(dlopen("libone.so", 0) == NULL);
    tell_error("no binding mode");
    CHECK(dlopen("libone.so", RTLD_GLOBAL) == NULL);
    tell_error("only RTLD_GLOBAL");
    CHECK(dlclose(program) == 0);
    tell_error("nothing wrong");
}

int main(void) {
    reload();
    promote();
    nodelete();
    odd_arguments();
    puts("end of main");
    return check_status();
}
