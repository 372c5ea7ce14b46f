/* A model of a process's memory: what a thread of the test believes that it has. Every page it may write to holds a
 * pattern of its own; each operation tells Windows and the model the same, and looks whether they agree. */
#ifndef MODEL_H
#define MODEL_H

#include <windows.h>

#define PAGE 4096u
#define GRANULARITY 0x10000u
#define MIB 1048576u
#define SLOTS 48

/* A piece of memory. Each kind has a file; what of the fields it uses stands there. */
struct slot {
    enum { EMPTY, BLOCK, SECTION, HEAP } kind;
    char *start;
    SIZE_T size;
    ULONG_PTR pattern;
    unsigned char *pages; /* BLOCK: a state for each page (blocks.c) */
    DWORD flags;          /* BLOCK: MEM_WRITE_WATCH */
    HANDLE handle, file;  /* SECTION */
    char *second;         /* SECTION: another view of the same */
};

/* A thread of the test. */
struct actor {
    unsigned number, random, operations;
    SIZE_T most, planned; /* bytes that it may have, and wants, by what it asked for */
    int scripted;         /* alone: prints what is granted */
    unsigned long long granted;
    struct slot slots[SLOTS];
};

/* A number below `limit`, from the actor's own sequence. */
unsigned chance(struct actor *actor, unsigned limit);
/* Bytes between the two, small ones as often as large ones. */
SIZE_T chance_size(struct actor *actor, SIZE_T least, SIZE_T most);
/* Says that Windows and the model disagree. The test has failed. */
void disagree(struct actor *actor, const struct slot *slot, const char *what, const void *at);
/* Takes note of an answer to a request. */
void answered(struct actor *actor, const char *what, SIZE_T size, int granted);

/* The pattern of a page, and whether it is there. */
void fill_page(const struct slot *slot, char *page);
int page_is_filled(const struct slot *slot, const char *page);

/* blocks.c: VirtualAlloc and what belongs to it. Each takes a slot of its kind. */
void block_take(struct actor *actor, struct slot *slot, SIZE_T size);
void block_change(struct actor *actor, struct slot *slot); /* commit, decommit or protect a part */
void block_move_back(struct actor *actor, struct slot *slot); /* release it and ask for the same address */
void block_check(struct actor *actor, struct slot *slot);
void block_drop(struct actor *actor, struct slot *slot);

/* sections.c: files and the page file, mapped. */
void section_take(struct actor *actor, struct slot *slot, SIZE_T size);
void section_check(struct actor *actor, struct slot *slot);
void section_drop(struct actor *actor, struct slot *slot);

/* others.c: heap, thread stacks, libraries, processes. */
void heap_take(struct actor *actor, struct slot *slot, SIZE_T size);
void heap_change(struct actor *actor, struct slot *slot);
void heap_check(struct actor *actor, struct slot *slot);
void heap_drop(struct actor *actor, struct slot *slot);
void stack_use(struct actor *actor);
void library_use(struct actor *actor, const char *path, ULONG_PTR base);

/* scarce.c: fixed ranges in a fresh process; all that is left. */
void fixed_ranges(struct actor *actor);
void take_all(struct actor *actor);

#endif
