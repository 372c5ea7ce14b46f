/* What the places of mappings come to: how they differ from start to start, and what they cost.
 *
 *   placing where           addresses, one line of decimals in the order of `names` in placing.test.ts
 *   placing huge COUNT      mappings of exactly 2 MiB with MADV_HUGEPAGE, touched: how many begin at a
 *                           multiple of 2 MiB, and kilobytes in huge pages
 *   placing tables COUNT    blocks of 4 MiB from malloc, touched: kilobytes of page tables
 *   placing heap MB MAPPED  MAPPED megabytes of mappings, then MB of small blocks from malloc, freed: megabytes
 *                           that the break had grown by, and that the freed blocks still take */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { KiB = 1 << 10, MiB = 1 << 20, HUGE_PAGE = 2 * MiB, SMALL = 16 * KiB, STRIDE = 64 * KiB };

static int in_program;

static void *map(size_t size) {
    void *got = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (got == MAP_FAILED) {
        perror("mmap");
        exit(1);
    }
    return got;
}

static void *allocate(size_t size) {
    void *got = malloc(size);
    if (got == NULL) {
        perror("malloc");
        exit(1);
    }
    return got;
}

/* Kilobytes of a field of a file in /proc/self, summed up. */
static long kilobytes(const char *path, const char *field) {
    FILE *file = fopen(path, "r");
    char line[512];
    long sum = 0;
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, field, strlen(field)) == 0) {
            sum += strtol(line + strlen(field), NULL, 10);
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return sum;
}

static void *on_thread(void *unused) {
    int here;
    (void)unused;
    return (void *)((uintptr_t)&here & ~(uintptr_t)0xfff);
}

static void print_where(void) {
    pthread_t thread;
    void *stack;
    int here;
    /* The first stack of a thread is made before the other mappings, which are all kept. */
    pthread_create(&thread, NULL, on_thread, NULL);
    pthread_join(thread, &stack);
    const uintptr_t places[] = {
        (uintptr_t)&in_program,     (uintptr_t)sbrk(0),      (uintptr_t)puts,          (uintptr_t)stack,
        (uintptr_t)&here,           (uintptr_t)map(4 * KiB), (uintptr_t)map(64 * KiB), (uintptr_t)map(MiB),
        (uintptr_t)map(HUGE_PAGE),  (uintptr_t)map(64 * MiB), (uintptr_t)allocate(256 * KiB),
        (uintptr_t)allocate(MiB),
    };
    for (size_t i = 0; i < sizeof places / sizeof places[0]; ++i) {
        printf("%s%ju", i == 0 ? "" : " ", (uintmax_t)places[i]);
    }
    puts("");
}

static void print_huge(int count) {
    int aligned = 0;
    for (int i = 0; i < count; ++i) {
        char *memory = map(HUGE_PAGE);
        madvise(memory, HUGE_PAGE, MADV_HUGEPAGE);
        memset(memory, 1, HUGE_PAGE);
        aligned += (uintptr_t)memory % HUGE_PAGE == 0;
    }
    printf("%d %ld\n", aligned, kilobytes("/proc/self/smaps", "AnonHugePages:"));
}

static void print_tables(int count) {
    long before = kilobytes("/proc/self/status", "VmPTE:");
    for (int i = 0; i < count; ++i) {
        char *memory = allocate(4 * MiB);
        for (size_t at = 0; at < 4 * MiB; at += STRIDE) {
            memory[at] = 1;
        }
        memory[4 * MiB - 1] = 1;
    }
    printf("%ld\n", kilobytes("/proc/self/status", "VmPTE:") - before);
}

static void print_heap(size_t megabytes, size_t mapped) {
    size_t count = megabytes * MiB / SMALL;
    for (size_t i = 0; i < mapped; ++i) {
        map(MiB);
    }
    char **blocks = allocate(count * sizeof *blocks), *start = sbrk(0);
    long before = kilobytes("/proc/self/status", "VmRSS:");
    for (size_t i = 0; i < count; ++i) {
        blocks[i] = allocate(SMALL);
        memset(blocks[i], 1, SMALL);
    }
    long grown = ((char *)sbrk(0) - start) / MiB;
    while (count > 0) {
        free(blocks[--count]);
    }
    printf("%ld %ld\n", grown, (kilobytes("/proc/self/status", "VmRSS:") - before) / KiB);
}

int main(int argc, char **argv) {
    const char *what = argc > 1 ? argv[1] : "";
    int number = argc > 2 ? atoi(argv[2]) : 0;
    if (strcmp(what, "where") == 0) {
        print_where();
    } else if (strcmp(what, "huge") == 0) {
        print_huge(number);
    } else if (strcmp(what, "tables") == 0) {
        print_tables(number);
    } else if (strcmp(what, "heap") == 0 && argc > 3) {
        print_heap((size_t)number, (size_t)atoi(argv[3]));
    } else {
        return 2;
    }
    return 0;
}
