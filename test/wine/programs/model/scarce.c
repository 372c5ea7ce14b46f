/* Address space where it is scarce: at fixed addresses, and when there is hardly any left. */
#include <stdio.h>
#include <stdlib.h>

#include "model.h"

#define FIXED_RANGES 24
#define MOST_BLOCKS 16384

void fixed_ranges(struct actor *actor) {
    for (int i = 0; i < FIXED_RANGES; ++i) {
        char *wanted = (char *)(ULONG_PTR)(0x2000000 + chance(actor, 0x5a0) * GRANULARITY * 16);
        SIZE_T size = chance_size(actor, GRANULARITY, 192 * MIB) & ~(SIZE_T)(GRANULARITY - 1);
        char *got = VirtualAlloc(wanted, size, MEM_RESERVE, PAGE_READWRITE);
        char label[32];
        snprintf(label, sizeof label, "fixed %p", wanted);
        answered(actor, label, size, got == wanted);
        if (got != NULL) {
            VirtualFree(got, 0, MEM_RELEASE);
        }
    }
}

static struct slot all[MOST_BLOCKS];

static int by_address(const void *left, const void *right) {
    const struct slot *a = left, *b = right;
    return (a->start > b->start) - (a->start < b->start);
}

/* Reserves one more; every sixteenth has a page that is looked at again. */
static int take_one(struct actor *actor, struct slot *slot, SIZE_T size, unsigned number) {
    DWORD flags = chance(actor, 4) == 0 ? MEM_TOP_DOWN : 0;
    char *start = VirtualAlloc(NULL, size, MEM_RESERVE | flags, PAGE_READWRITE);
    if (start == NULL) {
        return 0;
    }
    *slot = (struct slot){EMPTY, start, size, number * 2654435761u | 1};
    if (number % 16 == 0 && VirtualAlloc(start, PAGE, MEM_COMMIT, PAGE_READWRITE) != NULL) {
        slot->kind = BLOCK;
        fill_page(slot, start);
    }
    return 1;
}

void take_all(struct actor *actor) {
    unsigned count = 0;
    unsigned long long total = 0;
    unsigned long long most = sizeof(void *) == 8 ? 8ull << 30 : ~0ull;
    for (SIZE_T size = 512 * MIB; size >= GRANULARITY; size = size * 3 / 4 & ~(SIZE_T)(GRANULARITY - 1)) {
        while (count < MOST_BLOCKS && total < most && take_one(actor, &all[count], size, count)) {
            total += all[count++].size;
        }
    }
    qsort(all, count, sizeof all[0], by_address);
    for (unsigned i = 0; i < count; ++i) {
        if (i > 0 && all[i - 1].start + all[i - 1].size > all[i].start) {
            disagree(actor, &all[i], "lies over another", all[i].start);
        }
        if (all[i].kind == BLOCK && !page_is_filled(&all[i], all[i].start)) {
            disagree(actor, &all[i], "lost", all[i].start);
        }
    }
    printf("left_mb=%.1f\n", (double)total / MIB);
    for (unsigned i = 0; i < count; ++i) {
        if (!VirtualFree(all[i].start, 0, MEM_RELEASE)) {
            disagree(actor, &all[i], "cannot release", all[i].start);
        }
    }
}
