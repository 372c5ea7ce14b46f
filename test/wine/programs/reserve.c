/* Address space taken until it is scarce. Every block that is granted gets a pattern of its own, and all are looked
 * at again in the end. Prints `name=value` lines:
 *   reserve.exe pools COUNT MIB BLOCKS KIB   COUNT reservations of MIB, then BLOCKS committed blocks of KIB
 *   reserve.exe fall MIB                     blocks of MIB until there is no more, then of half, down to 64 KiB
 *   reserve.exe stacks MIB KIB               before each block of MIB a thread with a stack of KIB that has gone again
 *   reserve.exe fixed ADDRESS SIZE ...       hexadecimal: which of these ranges can be had, one after the other
 *   reserve.exe load DLL ADDRESS             whether the library lies at its own base
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#define GRANULARITY 0x10000u
#define MIB 1048576u
#define MOST (1 << 17)

struct block {
    char *start;
    SIZE_T size;
    ULONG_PTR pattern; /* at the start, if that is committed; 0: it is not */
};
static struct block blocks[MOST];
static unsigned count;

/* Reserves a block, and commits its first page while the machine's memory lasts; 0: refused. */
static int take(SIZE_T size, DWORD flags, SIZE_T committed) {
    char *start = VirtualAlloc(NULL, size, MEM_RESERVE | flags, PAGE_READWRITE);
    if (start == NULL || count == MOST) {
        return 0;
    }
    struct block *block = &blocks[count++];
    *block = (struct block){start, size, 0};
    if (committed != 0 && VirtualAlloc(start, committed, MEM_COMMIT, PAGE_READWRITE) != NULL) {
        block->pattern = count * 2654435761u | 1;
        for (SIZE_T at = 0; at < committed; at += 4096) {
            *(ULONG_PTR *)(start + at) = block->pattern + at;
        }
    }
    return 1;
}

static int by_address(const void *left, const void *right) {
    const struct block *a = left, *b = right;
    return (a->start > b->start) - (a->start < b->start);
}

/* Looks at all blocks: which lie over each other, which have lost their contents. */
static int report(SIZE_T committed) {
    unsigned long long total = 0;
    unsigned overlaps = 0, lost = 0;
    qsort(blocks, count, sizeof blocks[0], by_address);
    for (unsigned i = 0; i < count; ++i) {
        const struct block *block = &blocks[i];
        total += block->size;
        overlaps += i > 0 && blocks[i - 1].start + blocks[i - 1].size > block->start;
        for (SIZE_T at = 0; block->pattern != 0 && at < committed && at < block->size; at += 4096) {
            lost += *(ULONG_PTR *)(block->start + at) != block->pattern + at;
        }
    }
    printf("blocks=%u\ntotal_mb=%.1f\noverlaps=%u\nlost=%u\n", count, (double)total / MIB, overlaps, lost);
    fflush(stdout);
    return overlaps != 0 || lost != 0;
}

static int pools(unsigned pool_count, SIZE_T pool, unsigned block_count, SIZE_T size) {
    for (unsigned i = 0; i < pool_count && take(pool, 0, 0); ++i) {
    }
    printf("pools=%u\n", count);
    for (unsigned i = 0; i < block_count && take(size, 0, size); ++i) {
    }
    return report(size);
}

static int fall(SIZE_T size) {
    for (; size >= GRANULARITY; size /= 2) {
        unsigned before = count;
        /* Each second one from the top, where that is asked for. */
        while (take(size, count % 2 != 0 ? MEM_TOP_DOWN : 0, count % 16 == 0 ? 4096 : 0)) {
        }
        printf("of_%lu_kib=%u\n", (unsigned long)(size / 1024), count - before);
        fflush(stdout);
    }
    return report(4096);
}

static DWORD WINAPI end_at_once(void *nothing) {
    (void)nothing;
    return 0;
}

/* Each block lies where a stack was, as long as there is room for a stack. */
static int stacks(SIZE_T size, SIZE_T stack) {
    unsigned threads = 0;
    do {
        HANDLE thread = CreateThread(NULL, stack, end_at_once, NULL, STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
        threads += thread != NULL && WaitForSingleObject(thread, INFINITE) == WAIT_OBJECT_0;
        CloseHandle(thread);
    } while (take(size, 0, 4096));
    printf("threads=%u\n", threads);
    return report(4096);
}

static int fixed(char **words) {
    for (; words[0] != NULL && words[1] != NULL; words += 2) {
        char *wanted = (char *)(ULONG_PTR)strtoull(words[0], NULL, 16);
        SIZE_T size = (SIZE_T)strtoull(words[1], NULL, 16);
        char *got = VirtualAlloc(wanted, size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
        if (got == wanted) {
            got[0] = got[size - 1] = 1;
            VirtualFree(got, 0, MEM_RELEASE);
        }
        printf("%s+%s=%s\n", words[0], words[1], got == wanted ? "granted" : "refused");
    }
    return 0;
}

static int load(const char *path, ULONG_PTR base) {
    HMODULE library = LoadLibraryA(path);
    int (*answer)(void) = library == NULL ? NULL : (int (*)(void))GetProcAddress(library, "answer");
    printf("loaded=%d\nat_its_base=%d\nanswer=%d\n", library != NULL, (ULONG_PTR)library == base,
           answer == NULL ? 0 : answer());
    return 0;
}

int main(int argc, char **argv) {
    const char *command = argc > 1 ? argv[1] : "";
    if (strcmp(command, "pools") == 0 && argc == 6) {
        return pools(atoi(argv[2]), (SIZE_T)atoi(argv[3]) * MIB, atoi(argv[4]), (SIZE_T)atoi(argv[5]) << 10);
    }
    if (strcmp(command, "fall") == 0 && argc == 3) {
        return fall((SIZE_T)atoi(argv[2]) * MIB);
    }
    if (strcmp(command, "stacks") == 0 && argc == 4) {
        return stacks((SIZE_T)atoi(argv[2]) * MIB, (SIZE_T)atoi(argv[3]) << 10);
    }
    if (strcmp(command, "fixed") == 0) {
        return fixed(argv + 2);
    }
    if (strcmp(command, "load") == 0 && argc == 4) {
        return load(argv[2], (ULONG_PTR)strtoull(argv[3], NULL, 16));
    }
    fprintf(stderr, "usage: reserve pools|fall|stacks|fixed|load ARGUMENTS\n");
    return 2;
}
