/* A program that does one thing that glibc and its linker do together, and prints what came of it.
 * The same under two linkers must print the same; nothing here depends on addresses, times or the
 * machine's load. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <iconv.h>
#include <link.h>
#include <malloc.h>
#include <netdb.h>
#include <pthread.h>
#include <pwd.h>
#include <sched.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 4, ROUNDS = 2000 };

static char library[4096]; /* the path of library.so, beside the program */

typedef int number_function(void);

/* Prints what a failed call left, and that it is left once. */
static void print_error(const char *what) {
    const char *first = dlerror();
    printf("%s: %s\n", what, first != NULL ? first : "no error");
    printf("%s again: %s\n", what, dlerror() != NULL ? "an error" : "no error");
}

static void *open_library(int flags) {
    void *handle = dlopen(library, flags);
    if (handle == NULL)
        print_error("library.so");
    return handle;
}

static number_function *number(void *handle, const char *name) {
    number_function *function = (number_function *)(uintptr_t)dlsym(handle, name);
    if (function == NULL)
        print_error(name);
    return function;
}

static void open_and_close(void) {
    for (int round = 0; round < 3; round++) {
        void *handle = open_library(RTLD_NOW | RTLD_LOCAL);
        number_function *function = handle != NULL ? number(handle, "library_number") : NULL;
        printf("number %d\n", function != NULL ? function() : -1);
        void *again = dlopen(library, RTLD_LAZY | RTLD_NOLOAD);
        printf("open: %d\n", again == handle && again != NULL);
        printf("closed %d %d\n", again != NULL ? dlclose(again) : -1, dlclose(handle));
        printf("gone: %d\n", dlopen(library, RTLD_LAZY | RTLD_NOLOAD) == NULL);
    }
    printf("global: %d\n", open_library(RTLD_NOW | RTLD_GLOBAL) != NULL);
    printf("seen: %d\n", dlsym(RTLD_DEFAULT, "library_number") != NULL);
    Dl_info info;
    printf("dladdr %d %s\n", dladdr(dlsym(RTLD_DEFAULT, "library_number"), &info), info.dli_sname);
}

static void versions(void) {
    void *math = dlopen("libm.so.6", RTLD_NOW);
    static const char *const names[] = {"GLIBC_2.0", "GLIBC_2.2.5", "GLIBC_2.29", "GLIBC_9.9"};
    void *plain = dlsym(math, "pow");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        void *found = dlvsym(math, "pow", names[i]);
        printf("pow@%s: %d, default %d\n", names[i], found != NULL, found == plain);
        if (found == NULL)
            print_error(names[i]);
    }
    printf("next: %d\n", dlsym(RTLD_NEXT, "malloc") != NULL);
    printf("libc's own: %d\n", dlvsym(RTLD_DEFAULT, "_rtld_global", "GLIBC_PRIVATE") != NULL);
}

static _Thread_local int own_word = 5; /* local or initial exec */

static void *use_tls(void *handle) {
    int sum = 0;
    for (int i = 0; i < 3; i++)
        sum +=
            own_word++ + number(handle, "library_thread")() + number(handle, "library_initial")();
    errno = sum;
    return (void *)(intptr_t)errno;
}

static void thread_storage(void) {
    void *handle = open_library(RTLD_NOW);
    if (handle == NULL)
        return;
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, use_tls, handle);
    for (int i = 0; i < THREADS; i++) {
        void *sum;
        pthread_join(threads[i], &sum);
        printf("sum %d\n", (int)(intptr_t)sum);
    }
    printf("main %d\n", (int)(intptr_t)use_tls(handle));
    pthread_attr_t attributes;
    void *stack;
    size_t size = 0;
    pthread_getattr_np(pthread_self(), &attributes);
    pthread_attr_getstack(&attributes, &stack, &size);
    printf("stack has me: %d\n", (uintptr_t)&size - (uintptr_t)stack < size);
}

static int count_object(struct dl_phdr_info *info, size_t size, void *count) {
    (void)size;
    *(int *)count += info->dlpi_phnum > 0;
    return 0;
}

static void *end_early(void *mark) {
    pthread_cleanup_push(free, malloc(1));
    *(int *)mark = 1;
    pthread_exit(mark);
    pthread_cleanup_pop(0);
    return NULL;
}

static void unwinding(void) {
    void *frames[8];
    int objects = 0, mark = 0;
    printf("frames: %d\n", backtrace(frames, 8) > 1);
    dl_iterate_phdr(count_object, &objects);
    printf("objects: %d\n", objects);
    pthread_t thread;
    void *result = NULL;
    pthread_create(&thread, NULL, end_early, &mark);
    pthread_join(thread, &result);
    printf("ended early: %d\n", result == &mark && mark == 1);
    jmp_buf place;
    volatile int jumps = 0;
    if (setjmp(place) < 2)
        longjmp(place, ++jumps);
    printf("jumps: %d\n", jumps);
}

static void *fail_in_thread(void *unused) {
    (void)unused;
    dlopen("libnone-of-thread.so", RTLD_NOW);
    return NULL; /* its message is freed as the thread ends */
}

static void messages(void) {
    printf("none: %d\n", dlopen("libnone.so", RTLD_NOW) != NULL);
    print_error("missing library");
    printf("none: %d\n", dlsym(RTLD_DEFAULT, "no_such_symbol") != NULL);
    print_error("missing symbol");
    struct mallinfo before = mallinfo();
    for (int i = 0; i < ROUNDS; i++) {
        dlopen("libnone.so", RTLD_NOW);
        dlerror();
    }
    for (int i = 0; i < 50; i++) {
        pthread_t thread;
        pthread_create(&thread, NULL, fail_in_thread, NULL);
        pthread_join(thread, NULL);
    }
    struct mallinfo after = mallinfo();
    printf("memory grew: %d\n", after.uordblks - before.uordblks > 32768);
}

static void processor(void) {
    cpu_set_t all, one;
    sched_getaffinity(0, sizeof all, &all);
    int right = 1, last = -1;
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (!CPU_ISSET(cpu, &all))
            continue;
        CPU_ZERO(&one);
        CPU_SET(cpu, &one);
        if (sched_setaffinity(0, sizeof one, &one) == 0)
            last = sched_getcpu(), right &= last == cpu;
    }
    printf("sched_getcpu is right: %d\n", right && last >= 0);
    unsigned *size = dlsym(RTLD_DEFAULT, "__rseq_size");
    ptrdiff_t *offset = dlsym(RTLD_DEFAULT, "__rseq_offset");
    printf("rseq: %u, has an offset %d\n", size != NULL ? *size : 0,
           offset != NULL && *offset != 0);
}

static void conversion(void) {
    static const char *const sets[] = {"ISO-8859-1", "EUC-JP", "NO-SUCH-SET"};
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
        iconv_t state = iconv_open("UTF-8", sets[i]);
        char input[] = "a\xc4\xa2", output[32] = "";
        char *from = input, *to = output;
        size_t in = 3, out = sizeof output - 1;
        if (state == (iconv_t)-1) {
            printf("%s: no\n", sets[i]);
            continue;
        }
        printf("%s: %zu", sets[i], iconv(state, &from, &in, &to, &out));
        printf(" %s, closed %d\n", output, iconv_close(state));
    }
}

static void names(void) {
    struct addrinfo hints = {.ai_family = AF_INET, .ai_flags = AI_NUMERICSERV}, *found = NULL;
    int result = getaddrinfo("localhost", "80", &hints, &found);
    printf("localhost: %d %d\n", result, found != NULL ? found->ai_family : -1);
    if (found != NULL)
        freeaddrinfo(found);
    struct passwd *user = getpwuid(0);
    printf("user 0: %s\n", user != NULL ? user->pw_name : "none");
}

static void *churn(void *seed) {
    unsigned state = (unsigned)(uintptr_t)seed;
    unsigned char *blocks[32] = {0};
    intptr_t wrong = 0;
    for (int i = 0; i < ROUNDS; i++) {
        state = state * 1103515245 + 12345;
        unsigned at = state >> 16 & 31, size = 16 + (state >> 8) % (i % 64 == 0 ? 300000 : 3000);
        if (blocks[at] != NULL)
            wrong += blocks[at][0] != at;
        blocks[at] = i % 3 == 0 ? realloc(blocks[at], size) : (free(blocks[at]), malloc(size));
        blocks[at][0] = (unsigned char)at;
    }
    for (size_t i = 0; i < 32; i++)
        free(blocks[i]);
    return (void *)wrong;
}

static void allocation(void) {
    pthread_t threads[THREADS];
    for (uintptr_t i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, churn, (void *)(i + 1));
    for (int i = 0; i < THREADS; i++) {
        void *wrong;
        pthread_join(threads[i], &wrong);
        printf("wrong: %d\n", (int)(intptr_t)wrong);
    }
    void *aligned = memalign(4096, 100000);
    printf("aligned: %d, trimmed %d\n", (uintptr_t)aligned % 4096 == 0, malloc_trim(0) >= 0);
    free(aligned);
}

static void *fork_here(void *unused) {
    (void)unused;
    pid_t child = fork();
    if (child == 0) {
        void *handle = open_library(RTLD_NOW);
        int good = handle != NULL && number(handle, "library_number")() == 42;
        free(malloc(200000));
        _exit(good ? 7 : 1);
    }
    int status = -1;
    waitpid(child, &status, 0);
    return (void *)(intptr_t)(WIFEXITED(status) ? WEXITSTATUS(status) : -status);
}

static void forking(void) {
    printf("child: %d\n", (int)(intptr_t)fork_here(NULL));
    for (int i = 0; i < THREADS; i++) {
        pthread_t thread;
        void *status;
        pthread_create(&thread, NULL, fork_here, NULL);
        pthread_join(thread, &status);
        printf("thread's child: %d\n", (int)(intptr_t)status);
    }
}

static const struct {
    const char *name;
    void (*run)(void);
} behaviours[] = {
    {"dlopen", open_and_close}, {"dlvsym", versions},      {"tls", thread_storage},
    {"unwinding", unwinding},   {"dlerror", messages},     {"getcpu", processor},
    {"iconv", conversion},      {"getaddrinfo", names},    {"malloc", allocation},
    {"fork", forking},          {"audit", open_and_close},
};

int main(int count, char **words) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (count != 3)
        return 2;
    snprintf(library, sizeof library, "%s", words[2]);
    for (size_t i = 0; i < sizeof behaviours / sizeof behaviours[0]; i++) {
        if (strcmp(words[1], behaviours[i].name) == 0) {
            behaviours[i].run();
            puts("end");
            return 0;
        }
    }
    return 2;
}
