// sources: runtime/process/heap.c runtime/base/text.c
/* The linker's heap: sizes and alignment, and that threads and the handlers that interrupt them never get the same
 * memory, with no call that a lock or a signal mask would need. */
#define _GNU_SOURCE
#include "process/heap.h"

#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>

enum { THREADS = 4, ROUNDS = 30000, KEPT = 40, LARGEST = 3000 };

static unsigned mappings;
static int failures;

intptr_t space_allocate(size_t size);
int space_unmap(uintptr_t address, size_t size);

intptr_t space_allocate(size_t size) {
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    __atomic_fetch_add(&mappings, 1, __ATOMIC_RELAXED);
    return memory != MAP_FAILED ? (intptr_t)memory : -12;
}

int space_unmap(uintptr_t address, size_t size) {
    __atomic_fetch_sub(&mappings, 1, __ATOMIC_RELAXED);
    return munmap((void *)address, size);
}

static void check(int good, const char *name) {
    printf("%s %s\n", good ? "ok" : "FAILED", name);
    failures += !good;
}

static int is_filled(const unsigned char *memory, size_t size, int with) {
    for (size_t i = 0; i < size; ++i)
        if (memory[i] != with)
            return 0;
    return 1;
}

static int spoiled;

/* Takes some blocks, marks them as its own, and gives them back if the marks are still there. */
static void use(unsigned char mark, unsigned *chance) {
    unsigned char *block[KEPT];
    size_t size[KEPT];
    for (int i = 0; i < KEPT; ++i) {
        *chance = *chance * 1664525 + 1013904223;
        size[i] = *chance % 7 == 0 ? *chance % LARGEST + 1 : *chance % 4 * 16 + 1;
        block[i] = heap_allocate(size[i]);
        if (block[i] == NULL || !is_filled(block[i], size[i], 0)) {
            __atomic_store_n(&spoiled, 1, __ATOMIC_RELAXED);
            return;
        }
        memset(block[i], mark, size[i]);
    }
    for (int i = 0; i < KEPT; ++i) {
        if (!is_filled(block[i], size[i], mark))
            __atomic_store_n(&spoiled, 1, __ATOMIC_RELAXED);
        heap_free(block[i]);
    }
}

static unsigned interruptions;
static void on_signal(int number) {
    unsigned chance = __atomic_add_fetch(&interruptions, 1, __ATOMIC_RELAXED) + (unsigned)number;
    use(0xee, &chance);
}

static void *work(void *argument) {
    unsigned chance = (unsigned)(uintptr_t)argument;
    for (int i = 0; i < ROUNDS / KEPT; ++i)
        use((unsigned char)chance, &chance);
    return NULL;
}

static void test_threads(void) {
    pthread_t threads[THREADS];
    const struct itimerval often = {{0, 200}, {0, 200}}, never = {{0, 0}, {0, 0}};
    signal(SIGALRM, on_signal);
    setitimer(ITIMER_REAL, &often, NULL);
    for (uintptr_t i = 0; i < THREADS; ++i)
        pthread_create(&threads[i], NULL, work, (void *)(i + 1));
    for (int i = 0; i < THREADS; ++i)
        pthread_join(threads[i], NULL);
    setitimer(ITIMER_REAL, &never, NULL);
    check(!spoiled, "threads and handlers never share a block");
    check(interruptions > 0, "handlers came");
    check(mappings < 100, "and what is given back is used again");
}

static void test_one(void) {
    unsigned char *first = heap_allocate(100);
    memset(first, 1, 100);
    heap_free(first);
    unsigned char *again = heap_allocate(97);
    check(again == first && is_filled(again, 100, 0), "a block that was given back comes next, zeroed");
    heap_free(again);
    unsigned char *aligned = heap_allocate_aligned(40, 256);
    check(((uintptr_t)aligned & 255) == 0, "aligned");
    heap_free(aligned);
    unsigned char *large = heap_allocate(1 << 20);
    check(large != NULL && is_filled(large, 1 << 20, 0) && mappings == 1, "a large block is mapped");
    heap_free(large);
    check(mappings == 0, "and unmapped");
    check(heap_allocate(SIZE_MAX) == NULL && heap_allocate_aligned(SIZE_MAX - 8, 64) == NULL, "too much is NULL");
}

static void test_grow(void) {
    char *text = heap_copy_text("some words");
    char *longer = heap_resize(text, 5000);
    check(longer != NULL && strcmp(longer, "some words") == 0, "resized, the contents stay");
    heap_free(longer);
}

int main(void) {
    test_one();
    test_grow();
    test_threads();
    return failures != 0;
}
