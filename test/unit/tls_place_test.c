// sources: runtime/object/tls_place.c
/* The static TLS layout: by examples, and by properties over many random layouts. */
#include <stdio.h>
#include <stdlib.h>

#include "object/tls.h"

static int failures;

static void check(bool good, const char *name) {
    printf("%s %s\n", good ? "ok" : "FAILED", name);
    failures += !good;
}

/* A program with one int, then libc: what glibc's own ld.so makes of it. */
static void test_usual_start(void) {
    struct tls_layout layout = {.align = 64};
    check(tls_place(&layout, 4, 4, 0) == 4, "program's block");
    check(tls_place(&layout, 0x90, 8, 0) == 0x98, "libc's block");
    check(layout.used == 0x98 && layout.align == 64, "layout");
    check(tls_surplus(4, 512) == 1664, "historic surplus");
    check(tls_surplus(1, 0) == 288, "surplus for one namespace and nothing optional");
}

/* The gap that a large alignment leaves is filled by a small block. */
static void test_gap(void) {
    struct tls_layout layout = {.align = 16};
    check(tls_place(&layout, 8, 8, 0) == 8, "first");
    check(tls_place(&layout, 8, 256, 0) == 256, "aligned");
    check(tls_place(&layout, 16, 16, 0) == 32, "in the gap");
    check(layout.used == 256 && layout.align == 256, "layout did not grow");
}

struct block {
    size_t size, align, first_byte, offset;
};

static bool overlap(const struct block *a, const struct block *b) {
    return a->offset - a->size < b->offset && b->offset - b->size < a->offset;
}

static bool layout_holds(const struct block *blocks, size_t count, size_t used) {
    for (size_t i = 0; i < count; i++) {
        const struct block *block = &blocks[i];
        bool inside = block->offset >= block->size && block->offset <= used;
        bool aligned = ((0 - block->offset) & (block->align - 1)) == block->first_byte;
        if (!inside || !aligned)
            return false;
        for (size_t k = 0; k < i; k++)
            if (overlap(block, &blocks[k]))
                return false;
    }
    return true;
}

static void test_random_layouts(void) {
    bool good = true;
    srand(1);
    for (int round = 0; round < 20000 && good; round++) {
        struct tls_layout layout = {.align = 64};
        struct block blocks[12];
        for (size_t i = 0; i < 12; i++) {
            struct block *block = &blocks[i];
            block->align = (size_t)1 << (rand() % 9);
            block->first_byte = (size_t)rand() & (block->align - 1);
            block->size = (size_t)(1 + rand() % 300);
            block->offset = tls_place(&layout, block->size, block->align, block->first_byte);
        }
        good = layout_holds(blocks, 12, layout.used);
    }
    check(good, "random layouts: aligned, inside, without overlap");
}

/* A block added later lies behind the others, aligned when the end of the area is, and fits. */
static void test_late_blocks(void) {
    bool good = true;
    srand(2);
    for (int round = 0; round < 100000 && good; round++) {
        size_t align = (size_t)1 << (rand() % 7), size = (size_t)(1 + rand() % 400);
        size_t first_byte = (size_t)rand() & (align - 1);
        size_t total = (size_t)(64 * (1 + rand() % 30)), used = (size_t)rand() % total;
        size_t bytes = tls_place_late(total - used, size, align, first_byte);
        struct block block = {size, align, first_byte, used + bytes};
        if (bytes == 0)
            good = total - used < size + first_byte;
        else
            good = bytes >= size && used + bytes <= total && layout_holds(&block, 1, total);
    }
    check(good, "late blocks: aligned, behind the others, refused only when they do not fit");
    check(tls_place_late(100, (size_t)-1, 1, 1) == 0, "absurd size");
}

int main(void) {
    test_usual_start();
    test_gap();
    test_random_layouts();
    test_late_blocks();
    return failures != 0;
}
