// sources: runtime/link/relr.c
/* DT_RELR: which words it names, over several places that may be written. */
#include <stdio.h>

#include "link/relr.h"

static int failures;

static void check(bool good, const char *name) {
    printf("%s %s\n", good ? "ok" : "FAILED", name);
    failures += !good;
}

enum { WORDS = 160, BITS = 8 * sizeof(elf_addr) - 1, BASE = 0x1000 };
static elf_addr words[WORDS];

/* Words 0 to 9 and from 20 on may be written. */
static bool find(void *context, elf_addr address, struct relr_room *room) {
    elf_addr start = (elf_addr)words, second = (elf_addr)&words[20];
    ++*(int *)context;
    *room = address >= second ? (struct relr_room){second, sizeof words - 20 * sizeof(elf_addr)}
                              : (struct relr_room){start, 10 * sizeof(elf_addr)};
    return address - room->start < room->room;
}

/* Table entries count from the words. */
static bool apply(const elf_addr *table, size_t count, int *asked) {
    elf_addr moved[4];
    for (size_t i = 0; i < count; ++i)
        moved[i] = (table[i] & 1) != 0 ? table[i] : table[i] + (elf_addr)words - BASE;
    for (size_t i = 0; i < WORDS; ++i)
        words[i] = 0;
    *asked = 0;
    return relr_apply(moved, count, BASE, find, asked);
}

static bool changed(size_t first, size_t second) {
    for (size_t i = 0; i < WORDS; ++i)
        if (words[i] != (i == first || i == second ? BASE : 0u))
            return false;
    return true;
}

int main(void) {
    int asked;
    const elf_addr one[] = {3 * sizeof(elf_addr), 1u << 3 | 1};
    check(apply(one, 2, &asked) && changed(3, 6) && asked == 1, "a place and a bit behind it");
    const elf_addr across[] = {0, (elf_addr)1 << 25 | 1};
    check(apply(across, 2, &asked) && changed(0, 25) && asked == 2, "a bitmap over two segments");
    const elf_addr next[] = {0, 1, 1u << 1 | 1};
    check(apply(next, 3, &asked) && changed(0, 1 + BITS), "the next bitmap");
    const elf_addr between[] = {0, 1u << 12 | 1};
    check(!apply(between, 2, &asked), "a place that may not be written");
    const elf_addr headless[] = {3};
    check(!apply(headless, 1, &asked), "a bitmap without a place before it");
    return failures != 0;
}
