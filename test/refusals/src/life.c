/* "life RULE WHAT STAGE...": what a process does with its linker, stage by stage; before, RULE is
 * refused from within ("-": nothing is). Says how each stage went. */
#define _GNU_SOURCE
#include "refuse.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MARK = -1001, PAGE = 4096, THREADS = 4 };

static void say(const char *stage, const char *what, long value) {
    char text[300];
    int length = snprintf(text, sizeof text, "%s: %s %ld\n", stage, what, value);
    if (write(1, text, (size_t)length) != length)
        _exit(99);
}

/* Counts what could not be had. */
static long use_memory(void) {
    long failed = 0;
    for (size_t size = 100; size < 4000000; size *= 5) {
        char *block = malloc(size);
        char *larger = block != NULL ? realloc(block, size * 2) : NULL;
        failed += larger == NULL;
        if (larger != NULL)
            memset(larger, 1, size);
        free(larger);
    }
    char *map = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED)
        return failed + 100;
    map[PAGE] = 1;
    failed += mprotect(map, PAGE, PROT_READ) != 0;
    map = mremap(map + PAGE, 3 * PAGE, 64 * PAGE, MREMAP_MAYMOVE);
    failed += map == MAP_FAILED;
    failed += map != MAP_FAILED && munmap(map, 64 * PAGE) != 0;
    return failed;
}

static long call_opened(void *library) {
    int (*call)(void) = library != NULL ? (int (*)(void))dlsym(library, "opened_call") : NULL;
    return call != NULL ? call() : -1;
}

static void open_libraries(const char *stage) {
    void *library = dlopen("libopened.so", RTLD_NOW);
    say(stage, library != NULL ? "opened" : dlerror(), call_opened(library));
    void *none = dlopen("libnone.so", RTLD_NOW);
    say(stage, none == NULL ? dlerror() : "found", 0);
    void *symbol = library != NULL ? dlsym(library, "no_such_symbol") : NULL;
    say(stage, "no symbol", symbol == NULL && dlerror() != NULL);
    if (library != NULL)
        say(stage, "closed", dlclose(library));
}

/* A C library of its own comes with it. */
static void open_namespace(void) {
    void *library = dlmopen(LM_ID_NEWLM, "libopened.so", RTLD_NOW);
    say("namespace", library != NULL ? "opened" : dlerror(), call_opened(library));
    if (library != NULL)
        say("namespace", "closed", dlclose(library));
}

static void use_segment(void) {
    int id = shmget(IPC_PRIVATE, 2 * PAGE, IPC_CREAT | 0600);
    char *shared = shmat(id, NULL, 0);
    say("segment", "not attached", id < 0 || shared == (char *)-1);
    if (shared != (char *)-1)
        shared[PAGE] = 1;
    say("segment", "not removed", shmctl(id, IPC_RMID, NULL));
    say("segment", "not detached", shmdt(shared));
}

static void *in_thread(void *library) {
    return (void *)(use_memory() * 1000 + call_opened(library));
}

static void make_threads(void) {
    void *library = dlopen("libopened.so", RTLD_LAZY);
    pthread_t threads[THREADS];
    long results[THREADS] = {0};
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, in_thread, library) != 0)
            results[i] = -7;
    for (int i = 0; i < THREADS; i++) {
        void *result = NULL;
        if (results[i] == 0)
            pthread_join(threads[i], &result);
        say("thread", "result", results[i] != 0 ? results[i] : (long)result);
    }
}

static void make_child(void) {
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        say("fork", "memory", use_memory());
        open_libraries("fork");
        exit(31);
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        status = -1;
    say("fork", "status", status);
}

int main(int argc, char **argv) {
    if (argc < 3 || (strcmp(argv[1], "-") != 0 && refuse(argv[1], argv[2]) != 0))
        return 125;
    close(MARK);
    for (int i = 3; i < argc; i++) {
        if (strcmp(argv[i], "memory") == 0)
            say("memory", "failed", use_memory());
        else if (strcmp(argv[i], "dlopen") == 0)
            open_libraries("dlopen");
        else if (strcmp(argv[i], "thread") == 0)
            make_threads();
        else if (strcmp(argv[i], "fork") == 0)
            make_child();
        else if (strcmp(argv[i], "namespace") == 0)
            open_namespace();
        else if (strcmp(argv[i], "segment") == 0)
            use_segment();
    }
    return 7;
}
