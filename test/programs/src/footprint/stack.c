/* How deep the stack is that calls of the dynamic linker use: each runs in a thread whose stack was painted before. Prints a
 * line `NAME BYTES` for each, counted from the caller's frame. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { SIZE = 256 << 10, PAINT = 0xa5 };

extern int first_called(int value);

static void *opened;

static int check(int good, const char *what) {
    if (!good) {
        printf("%s: %s\n", what, dlerror());
        exit(1);
    }
    return good;
}

static void nothing(void) {
}
static void open_lazily(void) {
    opened = dlopen("libuser.so", RTLD_LAZY);
}
static void close_it(void) {
    dlclose(opened);
}
static void open_now(void) {
    opened = dlopen("libuser.so", RTLD_NOW | RTLD_GLOBAL);
}
static void open_again(void) {
    dlclose(dlopen("libuser.so", RTLD_NOW));
}
static void open_nothing(void) {
    check(dlopen("libnothing.so", RTLD_NOW) == NULL, "a library that is not there");
}
static void open_no_path(void) {
    check(dlopen("/no/such/library.so", RTLD_NOW) == NULL, "a path that is not there");
}
static void open_no_library(void) {
    check(dlopen("/dev/null", RTLD_NOW) == NULL, "a file that is no library");
}
static void open_broken(void) {
    check(dlopen("libbroken.so", RTLD_NOW) == NULL, "a library with an undefined symbol");
}
static void find(void) {
    check(dlsym(opened, "user_name") != NULL, "dlsym");
}
static void find_nothing(void) {
    check(dlsym(opened, "nobody_has_this") == NULL && dlerror() != NULL, "dlsym of nothing");
}
static void find_next(void) {
    check(dlsym(RTLD_NEXT, "malloc") != NULL, "dlsym RTLD_NEXT");
}
static void bind(void) {
    check(first_called(1) == 2, "a first call");
}
static void locate(void) {
    Dl_info info;
    check(dladdr((void *)(uintptr_t)find, &info) != 0, "dladdr");
}
static void use_tls(void) {
    int *(*variable)(void) = (int *(*)(void))dlsym(opened, "user_variable");
    check(*variable() == 7, "a thread variable");
}

static const struct {
    const char *name;
    void (*call)(void);
} calls[] = {
    {"nothing", nothing},
    {"first call", bind},
    {"dlopen, lazy", open_lazily},
    {"dlsym", find},
    {"thread variable", use_tls},
    {"dlclose", close_it},
    {"dlopen, now, global", open_now},
    {"dlopen, again", open_again},
    {"dlsym of nothing", find_nothing},
    {"dlsym RTLD_NEXT", find_next},
    {"dladdr", locate},
    {"dlclose after global", close_it},
    {"dlopen of nothing", open_nothing},
    {"dlopen, no such path", open_no_path},
    {"dlopen of no library", open_no_library},
    {"dlopen of a broken one", open_broken},
};

static const unsigned char *painted;
static void (*volatile current)(void);
static size_t depth;

static void *run(void *unused) {
    current();
    size_t from = 0;
    while (painted[from] == PAINT)
        ++from;
    depth = (size_t)((const unsigned char *)__builtin_frame_address(0) - (painted + from));
    return unused;
}

static void measure(const char *name, void (*call)(void)) {
    pthread_attr_t attributes;
    pthread_t thread;
    unsigned char *stack = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(stack, PAINT, SIZE);
    painted = stack;
    current = call;
    pthread_attr_init(&attributes);
    pthread_attr_setstack(&attributes, stack, SIZE);
    pthread_create(&thread, &attributes, run, NULL);
    pthread_join(thread, NULL);
    printf("%s %zu\n", name, depth);
    munmap(stack, SIZE);
}

int main(void) {
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; ++i)
        measure(calls[i].name, calls[i].call);
    return 0;
}
