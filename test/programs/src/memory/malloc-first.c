/* libc's malloc initialises itself on its first call, which must come before there are two threads: a
 * program that allocates nothing itself finds that pthread_create has made that call. */
#include <pthread.h>
#include <stddef.h>

#include "check.h"

static size_t calls;

void *calloc(size_t count, size_t size) {
    static _Alignas(16) char memory[1 << 16];
    static size_t used;
    size_t start = __atomic_fetch_add(&used, (count * size + 15) & ~(size_t)15, __ATOMIC_RELAXED);
    __atomic_add_fetch(&calls, 1, __ATOMIC_RELAXED);
    return start + count * size <= sizeof memory ? memory + start : NULL;
}

void *malloc(size_t size) {
    return calloc(1, size);
}

void *realloc(void *memory, size_t size) {
    return memory == NULL ? calloc(1, size) : NULL;
}

void free(void *memory) {
    (void)memory;
}

static void *count_calls(void *counted) {
    *(size_t *)counted = __atomic_load_n(&calls, __ATOMIC_RELAXED);
    return NULL;
}

int main(void) {
    pthread_t thread;
    size_t before = calls, within = 0;
    CHECK(pthread_create(&thread, NULL, count_calls, &within) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK(within > before);
    return check_status();
}
