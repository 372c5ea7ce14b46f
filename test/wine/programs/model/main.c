/* Random operations on memory, held against a model of what they must have done:
 *   model.exe SEED OPERATIONS THREADS [lib=PATH@BASE]... [then=PROGRAM]...
 * With one thread the operations depend on the seed alone, and each answer is printed: `N what size granted|refused`.
 * Each program of `then` is run by the one before it, with the rest of the list.
 * Prints `failures=N` at last, after a line for each.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

#define MOST_THREADS 8
#define MOST_LIBRARIES 8
#define MOST_LIVE (400 * MIB) /* in all: little enough that nobody need refuse any for want of space */

static volatile LONG failures;
static struct actor actors[MOST_THREADS];
static struct {
    char *path;
    ULONG_PTR base;
} libraries[MOST_LIBRARIES];
static unsigned library_count;

unsigned chance(struct actor *actor, unsigned limit) {
    actor->random = actor->random * 1664525u + 1013904223u;
    return (unsigned)((unsigned long long)(actor->random >> 4) * limit >> 28);
}

SIZE_T chance_size(struct actor *actor, SIZE_T least, SIZE_T most) {
    unsigned doublings = 0;
    while (least << (doublings + 1) <= most && doublings < 30) {
        ++doublings;
    }
    SIZE_T size = least << chance(actor, doublings + 1);
    size += size / 256 * chance(actor, 256);
    return size < most ? size : most;
}

void disagree(struct actor *actor, const struct slot *slot, const char *what, const void *at) {
    if (InterlockedIncrement(&failures) <= 20) {
        printf("failure: thread %u, operation %u: %s, at %p (%p, %lu KiB)\n", actor->number, actor->operations,
               what, at, slot == NULL ? NULL : slot->start, slot == NULL ? 0ul : (unsigned long)(slot->size / 1024));
        fflush(stdout);
    }
}

void answered(struct actor *actor, const char *what, SIZE_T size, int granted) {
    actor->granted += granted ? size : 0;
    if (actor->scripted) {
        printf("%u %s %lu %s\n", actor->operations, what, (unsigned long)size, granted ? "granted" : "refused");
    }
}

void fill_page(const struct slot *slot, char *page) {
    ULONG_PTR word = slot->pattern ^ (ULONG_PTR)(page - slot->start) / PAGE * 2654435761u;
    if (slot->second != NULL && page >= slot->second && page < slot->second + slot->size) {
        word = slot->pattern ^ (ULONG_PTR)(page - slot->second) / PAGE * 2654435761u;
    }
    *(ULONG_PTR *)page = *(ULONG_PTR *)(page + PAGE / 2) = *(ULONG_PTR *)(page + PAGE - sizeof word) = word;
}

int page_is_filled(const struct slot *slot, const char *page) {
    const char *start = slot->second != NULL && page >= slot->second && page < slot->second + slot->size
                            ? slot->second
                            : slot->start;
    ULONG_PTR word = slot->pattern ^ (ULONG_PTR)(page - start) / PAGE * 2654435761u;
    return *(ULONG_PTR *)page == word && *(ULONG_PTR *)(page + PAGE / 2) == word &&
           *(ULONG_PTR *)(page + PAGE - sizeof word) == word;
}

static void check(struct actor *actor, struct slot *slot) {
    void (*const of_kind[])(struct actor *, struct slot *) = {NULL, block_check, section_check, heap_check};
    if (slot->kind != EMPTY) {
        of_kind[slot->kind](actor, slot);
    }
}

static void drop(struct actor *actor, struct slot *slot) {
    void (*const of_kind[])(struct actor *, struct slot *) = {NULL, block_drop, section_drop, heap_drop};
    if (slot->kind != EMPTY) {
        of_kind[slot->kind](actor, slot);
    }
}

/* Fills the slot anew. How much is wanted in all does not depend on what was granted. */
static void take(struct actor *actor, struct slot *slot, SIZE_T *wanted) {
    unsigned way = chance(actor, 10);
    SIZE_T size = way < 6 ? chance_size(actor, PAGE, 512 * MIB) : chance_size(actor, 16, 8 * MIB);
    drop(actor, slot);
    actor->planned -= *wanted;
    size = actor->planned + size > actor->most ? PAGE + chance(actor, 4 * GRANULARITY) : size;
    *wanted = way < 6 || way > 7 ? size : 2 * size;
    actor->planned += *wanted;
    if (way < 6) {
        block_take(actor, slot, size);
    } else if (way < 8) {
        section_take(actor, slot, size);
    } else {
        heap_take(actor, slot, size);
    }
}

static void change(struct actor *actor, struct slot *slot) {
    if (slot->kind == BLOCK && chance(actor, 6) == 0) {
        block_move_back(actor, slot);
    } else if (slot->kind == BLOCK) {
        block_change(actor, slot);
    } else if (slot->kind == HEAP && !actor->scripted) {
        heap_change(actor, slot);
    }
}

static DWORD WINAPI act(void *argument) {
    static SIZE_T wanted[MOST_THREADS][SLOTS];
    struct actor *actor = argument;
    for (unsigned end = actor->operations, i = 0; i < end; ++i) {
        actor->operations = i;
        /* What is done next must not depend on what was granted: each operation has numbers of its own. */
        unsigned next = chance(actor, 1u << 28), which = chance(actor, SLOTS), way = chance(actor, 100);
        struct slot *slot = &actor->slots[which];
        if (way < 35) {
            take(actor, slot, &wanted[actor->number][which]);
        } else if (way < 70) {
            change(actor, slot);
        } else if (way < 98) {
            check(actor, slot);
        } else if (way == 98) {
            stack_use(actor);
        } else if (library_count > 0) {
            unsigned library = chance(actor, library_count);
            if (!actor->scripted && actor->number == 0) {
                library_use(actor, libraries[library].path, libraries[library].base);
            }
        }
        actor->random = next * 2246822519u + i;
    }
    return 0;
}

static void drop_all(struct actor *actor) {
    for (unsigned i = 0; i < SLOTS; ++i) {
        drop(actor, &actor->slots[i]);
    }
}

/* Runs the first program of the list with the rest of it. */
static void run_next(char **argv, char **list) {
    char line[4096];
    PROCESS_INFORMATION process;
    STARTUPINFOA start = {sizeof start};
    DWORD status = 1;
    if (*list == NULL) {
        return;
    }
    int length = snprintf(line, sizeof line, "\"%s\" %s 400 1", *list + 5, argv[1]);
    for (char **rest = list + 1; *rest != NULL; ++rest) {
        length += snprintf(line + length, sizeof line - length, " \"%s\"", *rest);
    }
    fflush(stdout);
    if (CreateProcessA(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &start, &process)) {
        WaitForSingleObject(process.hProcess, INFINITE);
        GetExitCodeProcess(process.hProcess, &status);
    }
    if (status != 0) {
        disagree(&actors[0], NULL, "the next program failed", (void *)(ULONG_PTR)status);
    }
}

static void start_actors(unsigned seed, unsigned operations, unsigned threads) {
    HANDLE handles[MOST_THREADS];
    for (unsigned i = 0; i < threads; ++i) {
        actors[i] = (struct actor){i, seed * 7919u + i * 104729u, operations, MOST_LIVE / threads, 0, threads == 1};
    }
    if (threads == 1) {
        fixed_ranges(&actors[0]);
        for (unsigned i = 0; i < library_count; ++i) {
            library_use(&actors[0], libraries[i].path, libraries[i].base);
        }
        act(&actors[0]);
        return;
    }
    for (unsigned i = 0; i < threads; ++i) {
        handles[i] = CreateThread(NULL, 0, act, &actors[i], 0, NULL);
    }
    WaitForMultipleObjects(threads, handles, TRUE, INFINITE);
}

int main(int argc, char **argv) {
    char **list = argv + (argc < 4 ? argc : 4);
    unsigned threads = argc < 4 ? 0 : (unsigned)atoi(argv[3]);
    if (threads < 1 || threads > MOST_THREADS) {
        fprintf(stderr, "usage: model SEED OPERATIONS THREADS [lib=PATH@BASE]... [then=PROGRAM]...\n");
        return 2;
    }
    for (; *list != NULL && strncmp(*list, "lib=", 4) == 0 && library_count < MOST_LIBRARIES; ++list) {
        char *base = strrchr(*list, '@');
        *base = '\0';
        libraries[library_count].path = *list + 4;
        libraries[library_count++].base = (ULONG_PTR)strtoull(base + 1, NULL, 16);
    }
    start_actors((unsigned)atoi(argv[1]), (unsigned)atoi(argv[2]), threads);
    take_all(&actors[0]);
    for (unsigned i = 0; i < threads; ++i) {
        drop_all(&actors[i]);
        printf("granted_mb=%.1f\n", (double)actors[i].granted / MIB);
    }
    run_next(argv, list);
    printf("failures=%ld\n", failures);
    return failures != 0;
}
