/* Blocks of VirtualAlloc: each page is reserved, or committed with one of three protections. Of large blocks only some
 * pages are ever committed, since the machine's memory is not what is tested. */
#include "model.h"

enum { RESERVED, WRITABLE, READABLE, HIDDEN };
static const DWORD PROTECTION[] = {0, PAGE_READWRITE, PAGE_READONLY, PAGE_NOACCESS};
#define MOST_AT_ONCE 64u /* pages */

static SIZE_T page_count(const struct slot *slot) {
    return slot->size / PAGE;
}

/* Commits pages that are not; they have to be zero, and are filled. */
static void commit(struct actor *actor, struct slot *slot, SIZE_T first, SIZE_T count) {
    char *start = slot->start + first * PAGE;
    if (VirtualAlloc(start, count * PAGE, MEM_COMMIT, PAGE_READWRITE) != start) {
        disagree(actor, slot, "cannot commit", start);
        return;
    }
    for (SIZE_T i = first; i < first + count; ++i) {
        char *page = slot->start + i * PAGE;
        if (slot->pages[i] == RESERVED && (*(ULONG_PTR *)page != 0 || page[PAGE - 1] != 0)) {
            disagree(actor, slot, "new page not zero", page);
        }
        slot->pages[i] = WRITABLE; /* committing again sets the protection */
        fill_page(slot, page);
    }
}

void block_take(struct actor *actor, struct slot *slot, SIZE_T size) {
    unsigned way = chance(actor, 8);
    DWORD flags = way == 0 ? MEM_WRITE_WATCH : way < 3 ? MEM_TOP_DOWN : 0;
    int at_once = size <= 4 * MIB && chance(actor, 2) == 0;
    size = (size + PAGE - 1) & ~(SIZE_T)(PAGE - 1);
    char *start = VirtualAlloc(NULL, size, MEM_RESERVE | flags | (at_once ? MEM_COMMIT : 0), PAGE_READWRITE);
    answered(actor, flags == MEM_TOP_DOWN ? "top-down" : flags != 0 ? "watched" : "block", size, start != NULL);
    if (start == NULL) {
        return;
    }
    *slot = (struct slot){BLOCK, start, size, 0, NULL, flags};
    slot->pattern = ((ULONG_PTR)start ^ actor->random) | 1;
    slot->pages = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, page_count(slot));
    if (slot->pages == NULL) {
        disagree(actor, slot, "no memory for the model", start);
        ExitProcess(3);
    }
    for (SIZE_T i = 0; at_once && i < page_count(slot); i += MOST_AT_ONCE) {
        SIZE_T left = page_count(slot) - i;
        commit(actor, slot, i, left < MOST_AT_ONCE ? left : MOST_AT_ONCE);
    }
}

/* Writes to some pages of a watched block, and asks which were. */
static void watch(struct actor *actor, struct slot *slot, SIZE_T first, SIZE_T count) {
    char *start = slot->start + first * PAGE;
    void *seen[MOST_AT_ONCE];
    ULONG_PTR found = MOST_AT_ONCE;
    DWORD unit;
    SIZE_T written = 0;
    commit(actor, slot, first, count);
    ResetWriteWatch(start, count * PAGE);
    for (SIZE_T i = 0; i < count; i += 1 + chance(actor, 4)) {
        fill_page(slot, start + i * PAGE);
        ++written;
    }
    UINT result = GetWriteWatch(WRITE_WATCH_FLAG_RESET, start, count * PAGE, seen, &found, &unit);
    if (result != 0 || found != written) {
        disagree(actor, slot, "writes not seen", start);
    }
}

void block_change(struct actor *actor, struct slot *slot) {
    SIZE_T first = chance(actor, (unsigned)page_count(slot)), left = page_count(slot) - first;
    SIZE_T count = 1 + chance(actor, (unsigned)(left < MOST_AT_ONCE ? left : MOST_AT_ONCE));
    unsigned way = chance(actor, 4);
    if (slot->flags == MEM_WRITE_WATCH && way < 3) {
        watch(actor, slot, first, count);
    } else if (way < 2) {
        commit(actor, slot, first, count);
    } else if (way == 2) {
        if (!VirtualFree(slot->start + first * PAGE, count * PAGE, MEM_DECOMMIT)) {
            disagree(actor, slot, "cannot decommit", slot->start + first * PAGE);
        }
        memset(slot->pages + first, RESERVED, count);
    } else if (slot->pages[first] != RESERVED && slot->flags != MEM_WRITE_WATCH) {
        unsigned char was = slot->pages[first], now = (unsigned char)(WRITABLE + chance(actor, 3));
        DWORD old = 0;
        if (!VirtualProtect(slot->start + first * PAGE, PAGE, PROTECTION[now], &old) || old != PROTECTION[was]) {
            disagree(actor, slot, "cannot protect", slot->start + first * PAGE);
        }
        slot->pages[first] = now;
    }
}

void block_move_back(struct actor *actor, struct slot *slot) {
    if (!VirtualFree(slot->start, 0, MEM_RELEASE)) {
        disagree(actor, slot, "cannot release", slot->start);
    }
    char *again = VirtualAlloc(slot->start, slot->size, MEM_RESERVE | slot->flags, PAGE_READWRITE);
    if (actor->scripted) { /* else another thread may have it */
        answered(actor, "again", slot->size, again == slot->start);
    }
    memset(slot->pages, RESERVED, page_count(slot));
    if (again == NULL) {
        HeapFree(GetProcessHeap(), 0, slot->pages);
        slot->kind = EMPTY;
    }
}

/* Whether what Windows says of the region agrees with each of its pages. */
static int agrees(const struct slot *slot, const MEMORY_BASIC_INFORMATION *info, SIZE_T page) {
    SIZE_T end = page + info->RegionSize / PAGE;
    int good = info->AllocationBase == slot->start && end <= page_count(slot);
    for (; good && page < end; ++page) {
        good = slot->pages[page] == RESERVED
                   ? info->State == MEM_RESERVE
                   : info->State == MEM_COMMIT && info->Protect == PROTECTION[slot->pages[page]];
    }
    return good;
}

void block_check(struct actor *actor, struct slot *slot) {
    MEMORY_BASIC_INFORMATION info;
    for (SIZE_T page = 0; page < page_count(slot); page += info.RegionSize / PAGE) {
        char *at = slot->start + page * PAGE;
        if (VirtualQuery(at, &info, sizeof info) != sizeof info || !agrees(slot, &info, page)) {
            disagree(actor, slot, "VirtualQuery says otherwise", at);
            return;
        }
        for (SIZE_T i = page; i < page + info.RegionSize / PAGE; ++i) {
            char *filled = slot->start + i * PAGE;
            if ((slot->pages[i] == WRITABLE || slot->pages[i] == READABLE) && !page_is_filled(slot, filled)) {
                disagree(actor, slot, "lost", filled);
            }
        }
    }
}

void block_drop(struct actor *actor, struct slot *slot) {
    block_check(actor, slot);
    if (!VirtualFree(slot->start, 0, MEM_RELEASE)) {
        disagree(actor, slot, "cannot release", slot->start);
    }
    HeapFree(GetProcessHeap(), 0, slot->pages);
    slot->kind = EMPTY;
}
