/* Memory that comes by other ways: the heap's, thread stacks, libraries. */
#include <stdio.h>

#include "model.h"

/* The heap's pieces have no page of their own: a word every so often will do. */
#define STEP 1024u

static void fill(struct slot *slot, SIZE_T from) {
    for (SIZE_T at = from & ~(SIZE_T)(STEP - 1); at + sizeof(ULONG_PTR) <= slot->size; at += STEP) {
        *(ULONG_PTR *)(slot->start + at) = slot->pattern ^ at;
    }
}

static int is_filled(const struct slot *slot, SIZE_T size) {
    SIZE_T at = 0;
    while (at + sizeof(ULONG_PTR) <= size && *(ULONG_PTR *)(slot->start + at) == (slot->pattern ^ at)) {
        at += STEP;
    }
    return at + sizeof(ULONG_PTR) > size;
}

void heap_take(struct actor *actor, struct slot *slot, SIZE_T size) {
    char *start = HeapAlloc(GetProcessHeap(), 0, size);
    answered(actor, "heap", size, start != NULL);
    if (start != NULL) {
        *slot = (struct slot){HEAP, start, size, ((ULONG_PTR)start ^ actor->random) | 1};
        fill(slot, 0);
    }
}

void heap_change(struct actor *actor, struct slot *slot) {
    SIZE_T size = chance_size(actor, 16, slot->size * 2), kept = size < slot->size ? size : slot->size;
    char *start = HeapReAlloc(GetProcessHeap(), 0, slot->start, size);
    answered(actor, "heap again", size, start != NULL);
    if (start == NULL) {
        return;
    }
    actor->planned += size - slot->size;
    slot->start = start;
    slot->size = size;
    if (!is_filled(slot, kept)) {
        disagree(actor, slot, "heap lost its contents", start);
    }
    fill(slot, 0);
}

void heap_check(struct actor *actor, struct slot *slot) {
    if (!is_filled(slot, slot->size)) {
        disagree(actor, slot, "heap lost its contents", slot->start);
    }
}

void heap_drop(struct actor *actor, struct slot *slot) {
    heap_check(actor, slot);
    HeapFree(GetProcessHeap(), 0, slot->start);
    slot->kind = EMPTY;
}

/* Goes down its stack to some depth, and finds all of it as it was on the way back. */
static int descend(unsigned depth) {
    volatile unsigned words[PAGE / sizeof(unsigned)];
    words[0] = words[PAGE / sizeof(unsigned) - 1] = depth;
    int good = depth == 0 || descend(depth - 1);
    return good && words[0] == depth && words[PAGE / sizeof(unsigned) - 1] == depth;
}

static DWORD WINAPI on_its_stack(void *depth) {
    return (DWORD)descend((unsigned)(ULONG_PTR)depth);
}

void stack_use(struct actor *actor) {
    SIZE_T size = chance_size(actor, GRANULARITY, 64 * MIB);
    SIZE_T pages = size / PAGE / 2 < 128 ? size / PAGE / 2 : 128;
    DWORD good = 0;
    HANDLE thread = CreateThread(NULL, size, on_its_stack, (void *)pages, STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
    answered(actor, "stack", size, thread != NULL);
    if (thread == NULL) {
        return;
    }
    WaitForSingleObject(thread, INFINITE);
    if (!GetExitCodeThread(thread, &good) || good != 1) {
        disagree(actor, NULL, "stack lost its contents", NULL);
    }
    CloseHandle(thread);
}

void library_use(struct actor *actor, const char *path, ULONG_PTR base) {
    char label[48];
    HMODULE library = LoadLibraryA(path);
    int (*answer)(void) = library == NULL ? NULL : (int (*)(void))GetProcAddress(library, "answer");
    snprintf(label, sizeof label, "library at %p", (void *)base);
    answered(actor, label, 0, (ULONG_PTR)library == base);
    if (library != NULL && (answer == NULL || answer() != 42)) {
        disagree(actor, NULL, "library does not work", library);
    }
    if (library != NULL) {
        FreeLibrary(library);
    }
}
