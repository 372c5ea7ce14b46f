/* The linker's list of mappings and the kernel's, brought into one form and compared. */
#ifndef TEST_SPACE_LISTS_H
#define TEST_SPACE_LISTS_H

#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../../bench/space/bare.h"
#include "../../include/wine-ld.h"
#include "check.h"

enum { LIST_PAGE = 4096 };

static size_t (*list_mappings)(const void *, const void *, struct wine_ld_mapping *, size_t, size_t);
static int (*list_statistics)(struct wine_ld_statistics *, size_t);
/* Called before a difference ends the test. */
static void (*before_difference)(void);

static inline void lists_init(void) {
    list_mappings = (size_t(*)(const void *, const void *, struct wine_ld_mapping *, size_t, size_t))find_function(
        "wine_ld_mappings");
    list_statistics =
        (int (*)(struct wine_ld_statistics *, size_t))find_function("wine_ld_statistics");
    CHECK(list_mappings != NULL && list_statistics != NULL, "not running under wine-ld");
}

/* How many calls that never came back have been overtaken. */
static inline unsigned overtaken(void) {
    struct wine_ld_statistics statistics;
    CHECK(list_statistics(&statistics, sizeof statistics) == 0, "no statistics");
    return statistics.gate_forced;
}

struct segment {
    uintptr_t start, end;
    unsigned prot, shared;
};
struct segments {
    struct segment segment[8192];
    int count;
};

/* Appends, joining what is alike: only what both lists know is compared. */
static inline void append(struct segments *list, struct segment next) {
    struct segment *last = &list->segment[list->count - 1];
    if (next.start >= next.end) {
        return;
    }
    if (list->count > 0 && last->end == next.start && last->prot == next.prot &&
        last->shared == next.shared) {
        last->end = next.end;
        return;
    }
    CHECK(list->count < 8192, "too many mappings");
    list->segment[list->count++] = next;
}

static inline uintptr_t larger(uintptr_t a, uintptr_t b) {
    return a > b ? a : b;
}
static inline uintptr_t smaller(uintptr_t a, uintptr_t b) {
    return a < b ? a : b;
}

static inline void read_kernel(struct segments *list, uintptr_t start, uintptr_t end) {
    static __thread char text[1 << 20];
    int fd = (int)syscall(SYS_openat, -100, "/proc/thread-self/maps", 0);
    size_t size = 0;
    ssize_t got;
    while ((got = read(fd, text + size, sizeof text - 1 - size)) > 0) {
        size += (size_t)got;
    }
    close(fd);
    text[size] = '\0';
    list->count = 0;
    for (char *line = text; *line != '\0'; line = strchr(line, '\n') + 1) {
        char *rest;
        struct segment next = {.start = strtoul(line, &rest, 16)};
        next.end = strtoul(rest + 1, &rest, 16);
        next.prot = (rest[1] == 'r') | (rest[2] == 'w') << 1 | (rest[3] == 'x') << 2;
        next.shared = rest[4] == 's';
        next.start = larger(next.start, start);
        next.end = smaller(next.end, end);
        append(list, next);
    }
}

static inline void read_linker(struct segments *list, uintptr_t start, uintptr_t end) {
    struct wine_ld_mapping mapping[64];
    size_t got;
    list->count = 0;
    while (start < end && (got = list_mappings((void *)start, (void *)end, mapping, 64, sizeof *mapping)) != 0) {
        for (size_t i = 0; i < got; ++i) {
            if ((mapping[i].flags & WINE_LD_MAPPED) != 0) {
                append(list, (struct segment){larger(mapping[i].start, start), smaller(mapping[i].end, end),
                                              mapping[i].protection,
                                              (mapping[i].flags & WINE_LD_IS_SHARED) != 0});
            }
            start = mapping[i].end;
        }
    }
}

static inline void print_linker(uintptr_t start, uintptr_t end) {
    struct wine_ld_mapping mapping[64];
    size_t got = list_mappings((void *)start, (void *)end, mapping, 64, sizeof *mapping);
    for (size_t i = 0; i < got; ++i) {
        fprintf(stderr, "  %lx-%lx kind %u prot %u flags %x caller %lx\n", (long)mapping[i].start, (long)mapping[i].end,
                mapping[i].kind, mapping[i].protection, mapping[i].flags, (long)mapping[i].caller);
    }
}

static inline void compare(const struct segments *a, const struct segments *b, intptr_t distance, const char *what) {
    for (int i = 0; i < a->count || i < b->count; ++i) {
        static const struct segment none;
        struct segment x = i < a->count ? a->segment[i] : none, y = i < b->count ? b->segment[i] : none;
        bool same = x.start - (uintptr_t)distance == y.start && x.end - (uintptr_t)distance == y.end &&
                    x.prot == y.prot && x.shared == y.shared;
        if (!same) {
            if (before_difference != NULL) {
                before_difference();
            }
            print_linker(smaller(x.start, y.start) - 16 * LIST_PAGE, larger(x.end, y.end) + 16 * LIST_PAGE);
        }
        CHECK(same,
              "%s: entry %d: %lx-%lx prot %u shared %u, and %lx-%lx prot %u shared %u", what, i, (long)x.start,
              (long)x.end, x.prot, x.shared, (long)y.start, (long)y.end, y.prot, y.shared);
    }
}

/* Lets the stack grow now, and not between the readings of the two lists. */
static __attribute__((noinline)) void grow_stack(void) {
    volatile char room[128 << 10];
    for (size_t i = 0; i < sizeof room; i += LIST_PAGE) {
        room[i] = 0;
    }
}

static inline void compare_range(uintptr_t start, uintptr_t end, const char *what) {
    static __thread struct segments kernel, linker;
    grow_stack();
    read_kernel(&kernel, start, end);
    read_linker(&linker, start, end);
    compare(&linker, &kernel, 0, what);
}

/* The whole address space, in a process where nothing is mapped past the linker. */
static inline void compare_lists(const char *what) {
    compare_range(0, UINTPTR_MAX & ~(uintptr_t)(LIST_PAGE - 1), what);
}

#endif
