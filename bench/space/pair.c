/* What knowing every mapping costs: pairs of mmap and munmap through libc's names, that is through the
 * linker's allocator, against the same pairs by bare system calls, alternating in one process.
 *
 * Usage, under the linker: pair [seconds per case]. Prints one line per case: nanoseconds of both, and the
 * median over the rounds of their ratio. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "bare.h"

enum { ROUNDS_MOST = 20001, LAYOUTS = 10 };

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

struct calls {
    void *(*map)(void *, size_t, int, int, int, long);
    int (*unmap)(void *, size_t);
};
static void *through_libc(void *address, size_t size, int prot, int flags, int fd, long offset) {
    return mmap(address, size, prot, flags, fd, offset);
}
static const struct calls linker = {through_libc, munmap}, kernel = {bare_mmap, bare_munmap};

static const size_t align = 64 << 10;
enum { RW = PROT_READ | PROT_WRITE, ANONYMOUS = MAP_PRIVATE | MAP_ANONYMOUS };

static void untouched(const struct calls *calls, size_t size) {
    calls->unmap(calls->map(NULL, size, RW, ANONYMOUS, -1, 0), size);
}
static void touched(const struct calls *calls, size_t size) {
    char *memory = calls->map(NULL, size, RW, ANONYMOUS, -1, 0);
    for (size_t i = 0; i < size; i += 4096) {
        memory[i] = 1;
    }
    calls->unmap(memory, size);
}
/* As wine does it without an aligned allocator: more than needed, and the ends given back. */
static void over_map(const struct calls *calls, size_t size) {
    uintptr_t got = (uintptr_t)calls->map(NULL, size + align, RW, ANONYMOUS, -1, 0);
    uintptr_t start = (got + align - 1) & ~(uintptr_t)(align - 1);
    if (start > got) {
        calls->unmap((void *)got, start - got);
    }
    calls->unmap((void *)(start + size), got + align - start);
    calls->unmap((void *)start, size);
}
/* Sizes that change from call to call: each search is a new one. The kernel begins anew as often. */
static const struct calls *last_calls;
static size_t changing;
static void changing_sizes(const struct calls *calls, size_t size) {
    if (calls != last_calls) {
        last_calls = calls;
        changing = 0;
    }
    size_t now = size + (changing++ * 7 % 31) * 8192; /* no hole has the very size */
    calls->unmap(calls->map(NULL, now, RW, ANONYMOUS, -1, 0), now);
}
static void *(*allocate)(const void *, const void *, size_t, size_t, int);
static void aligned(const struct calls *calls, size_t size) {
    if (calls == &kernel) {
        over_map(calls, size);
    } else {
        munmap(allocate(NULL, NULL, size, align, RW), size);
    }
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double batch(void (*pair)(const struct calls *, size_t), const struct calls *calls, size_t size,
                    int pairs) {
    double start = now();
    for (int i = 0; i < pairs; ++i) {
        pair(calls, size);
    }
    return (now() - start) / pairs;
}

/* One more mapping on either side. How full the kernel's tree nodes happen to be decides about a third of the
 * cost of a pair; so each case is measured in several layouts. */
static void change_layout(void) {
    mmap(NULL, 4096, PROT_READ, ANONYMOUS, -1, 0);
    bare_mmap(NULL, 4096, PROT_READ, ANONYMOUS, -1, 0);
}

static void compare(const char *name, void (*pair)(const struct calls *, size_t), size_t size,
                    double seconds) {
    static double ratio[ROUNDS_MOST], ours[ROUNDS_MOST], theirs[ROUNDS_MOST];
    int pairs = size >= 1 << 20 && pair == touched ? 2 : 40, rounds = 0;
    double start = now(), end = start + seconds, change = start;
    for (; rounds < ROUNDS_MOST && (now() < end || rounds < 11); ++rounds) {
        if (now() >= change) {
            change += seconds / LAYOUTS;
            change_layout();
        }
        int linker_first = rounds & 1;
        double a = batch(pair, linker_first ? &linker : &kernel, size, pairs);
        double b = batch(pair, linker_first ? &kernel : &linker, size, pairs);
        ours[rounds] = linker_first ? a : b;
        theirs[rounds] = linker_first ? b : a;
        ratio[rounds] = ours[rounds] / theirs[rounds];
    }
    qsort(ratio, (size_t)rounds, sizeof *ratio, by_value);
    qsort(ours, (size_t)rounds, sizeof *ours, by_value);
    qsort(theirs, (size_t)rounds, sizeof *theirs, by_value);
    printf("%-34s %8.0f ns %8.0f ns  ratio %.3f (quartiles %.3f %.3f)\n", name, ours[rounds / 2] * 1e9,
           theirs[rounds / 2] * 1e9, ratio[rounds / 2], ratio[rounds / 4], ratio[rounds * 3 / 4]);
    fflush(stdout);
}

/* Live mappings that do not merge: every second page is without access. */
static void fill(size_t count) {
    char *memory = mmap(NULL, count * 4096, PROT_NONE, ANONYMOUS | MAP_NORESERVE, -1, 0);
    for (size_t i = 0; i < count; i += 2) {
        mmap(memory + i * 4096, 4096, RW, ANONYMOUS | MAP_FIXED, -1, 0);
    }
}

/* Holes between mappings, of 68 KiB and more, an odd number of pages. */
enum { HOLES = 200 };
static void make_holes(void) {
    static char *holes[HOLES];
    static size_t sizes[HOLES];
    for (size_t i = 0; i < HOLES; ++i) {
        size_t size = (17 + i * 13 % 64 * 2) * 4096;
        char *memory = mmap(NULL, size + 4096, PROT_NONE, ANONYMOUS | MAP_NORESERVE, -1, 0);
        mmap(memory, 4096, RW, ANONYMOUS | MAP_FIXED, -1, 0);
        holes[i] = memory + 4096;
        sizes[i] = size;
    }
    for (size_t i = 0; i < HOLES; ++i) {
        munmap(holes[i], sizes[i]);
    }
}

/* Threads that map and unmap at once: the time until all are done. */
enum { THREADS = 8 };
static const struct calls *thread_calls;
static void *thread_pairs(void *unused) {
    for (int i = 0; i < 200; ++i) {
        touched(thread_calls, 16 << 10);
    }
    return unused;
}
static void eight_threads(const struct calls *calls, size_t size) {
    pthread_t threads[THREADS];
    (void)size;
    thread_calls = calls;
    for (int i = 0; i < THREADS; ++i) {
        pthread_create(&threads[i], NULL, thread_pairs, NULL);
    }
    for (int i = 0; i < THREADS; ++i) {
        pthread_join(threads[i], NULL);
    }
}
static void compare_threads(double seconds) {
    static double ratio[ROUNDS_MOST];
    int rounds = 0;
    double sum[2] = {0, 0};
    for (double end = now() + seconds; rounds < ROUNDS_MOST && (now() < end || rounds < 11); ++rounds) {
        int linker_first = rounds & 1;
        double a = batch(eight_threads, linker_first ? &linker : &kernel, 0, 1);
        double b = batch(eight_threads, linker_first ? &kernel : &linker, 0, 1);
        ratio[rounds] = linker_first ? a / b : b / a;
        sum[0] += linker_first ? a : b;
        sum[1] += linker_first ? b : a;
    }
    qsort(ratio, (size_t)rounds, sizeof *ratio, by_value);
    printf("%-34s %8.0f us %8.0f us  ratio %.3f (quartiles %.3f %.3f)\n", "8 threads, 16 KiB touched",
           sum[0] / rounds * 1e6, sum[1] / rounds * 1e6, ratio[rounds / 2], ratio[rounds / 4],
           ratio[rounds * 3 / 4]);
}

int main(int argc, char **argv) {
    double seconds = argc > 1 ? atof(argv[1]) : 2;
    allocate = (void *(*)(const void *, const void *, size_t, size_t, int))find_function("wine_ld_allocate");
    if (allocate == NULL) {
        fprintf(stderr, "pair: not running under wine-ld\n");
        return 1;
    }
    printf("%-34s %11s %11s\n", "", "wine-ld", "kernel");
    compare("4 KiB untouched", untouched, 4 << 10, seconds);
    compare("64 KiB untouched", untouched, 64 << 10, seconds);
    compare("1 MiB untouched", untouched, 1 << 20, seconds);
    compare("4 KiB touched", touched, 4 << 10, seconds);
    compare("64 KiB touched", touched, 64 << 10, seconds);
    compare("1 MiB touched", touched, 1 << 20, seconds);
    compare("64 KiB aligned to 64 KiB", aligned, 64 << 10, seconds);
    compare("1 MiB aligned to 64 KiB", aligned, 1 << 20, seconds);
    compare_threads(seconds);
    make_holes();
    compare("64 to 304 KiB, 200 holes", changing_sizes, 64 << 10, seconds);
    fill(20000);
    compare("4 KiB untouched, 20,000 live", untouched, 4 << 10, seconds);
    compare("64 KiB untouched, 20,000 live", untouched, 64 << 10, seconds);
    compare("64 to 304 KiB, both", changing_sizes, 64 << 10, seconds);
    return 0;
}
