/* Sections: of the page file, or of a file of their own, each with two views of the same. */
#include <stdio.h>

#include "model.h"

/* A file of this size, that goes when it is closed. */
static HANDLE temporary_file(const struct actor *actor, SIZE_T size) {
    char name[MAX_PATH], folder[MAX_PATH];
    static volatile LONG count;
    GetTempPathA(sizeof folder, folder);
    snprintf(name, sizeof name, "%smodel-%lu-%u-%ld", folder, GetCurrentProcessId(), actor->number,
             InterlockedIncrement(&count));
    HANDLE file = CreateFileA(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS,
                              FILE_FLAG_DELETE_ON_CLOSE, NULL);
    SetFilePointer(file, (LONG)size, NULL, FILE_BEGIN);
    SetEndOfFile(file);
    return file;
}

void section_take(struct actor *actor, struct slot *slot, SIZE_T size) {
    int of_file = chance(actor, 2) == 0;
    size = (size + PAGE - 1) & ~(SIZE_T)(PAGE - 1);
    struct slot taken = {SECTION, NULL, size};
    taken.file = of_file ? temporary_file(actor, size) : INVALID_HANDLE_VALUE;
    taken.handle = CreateFileMappingA(taken.file, NULL, PAGE_READWRITE, 0, (DWORD)size, NULL);
    taken.start = MapViewOfFile(taken.handle, FILE_MAP_WRITE, 0, 0, size);
    taken.second = MapViewOfFile(taken.handle, FILE_MAP_WRITE, 0, 0, size);
    answered(actor, of_file ? "file" : "section", size, taken.start != NULL && taken.second != NULL);
    taken.pattern = ((ULONG_PTR)taken.start ^ actor->random) | 1;
    *slot = taken;
    for (SIZE_T at = 0; taken.start != NULL && at < size; at += PAGE) {
        fill_page(slot, taken.start + at);
    }
    if (taken.start == NULL || taken.second == NULL) {
        section_drop(actor, slot);
    }
}

void section_check(struct actor *actor, struct slot *slot) {
    MEMORY_BASIC_INFORMATION info;
    for (SIZE_T at = 0; at < slot->size; at += PAGE) {
        if (!page_is_filled(slot, slot->start + at) || !page_is_filled(slot, slot->second + at)) {
            disagree(actor, slot, "view lost its contents", slot->second + at);
        }
    }
    if (VirtualQuery(slot->second, &info, sizeof info) != sizeof info || info.State != MEM_COMMIT ||
        info.Type != MEM_MAPPED || info.RegionSize != slot->size) {
        disagree(actor, slot, "VirtualQuery says otherwise of a view", slot->second);
    }
}

void section_drop(struct actor *actor, struct slot *slot) {
    if (slot->start != NULL && slot->second != NULL) {
        section_check(actor, slot);
    }
    UnmapViewOfFile(slot->start);
    UnmapViewOfFile(slot->second);
    CloseHandle(slot->handle);
    if (slot->file != INVALID_HANDLE_VALUE) {
        CloseHandle(slot->file);
    }
    slot->kind = EMPTY;
}
