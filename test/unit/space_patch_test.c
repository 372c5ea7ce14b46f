// sources: runtime/space/patch.c
/* Replacing libc's entries, on a page of invented code: all or nothing, landing pads, other bytes. */
#include <stdio.h>
#include <string.h>

#include "mmap_entries.h"
#include "space/break.h"
#include "space/calls.h"
#include "space/guest.h"
#include "space/policy.h"
#include "space/section.h"
#include "space/space.h"
#include "text.h"

/* Not <sys/mman.h>: space.h names its constants itself. */
int mprotect(void *address, size_t size, int prot);
void *mmap(void *address, size_t size, int prot, int flags, int fd, long offset);

static int failures;

static void check(bool good, const char *name) {
    printf("%s %s\n", good ? "ok" : "FAILED", name);
    failures += !good;
}

/* The neighbours of patch.c. */
struct gate gate;
uint32_t gate_disturbances = 1;
struct policy policy;
static struct tracker tracker;
struct tracker *section_current = &tracker;
static int protections;
static uintptr_t heap_start;
static void *break_variable;

struct tracker *section_enter_slowly(struct section *section, bool inside) {
    (void)inside;
    return section->tracker = &tracker;
}
void section_leave_slowly(struct section *section, uintptr_t start, uintptr_t end) {
    (void)section, (void)start, (void)end;
}
void gate_wake(void) {
}
struct range tree_find(struct tree *tree, uintptr_t address) {
    (void)tree;
    return (struct range){address & ~(uintptr_t)4095, address + 4096, 0, 0};
}
void call_set_library(uintptr_t start, uintptr_t end) {
    heap_start = start;
    (void)end;
}
void guest_set_library(uintptr_t start, uintptr_t end) {
    (void)start, (void)end;
}
void break_set_variable(void **variable) {
    break_variable = variable;
}
int space_protect(uintptr_t address, size_t size, int prot) {
    ++protections;
    return mprotect((void *)address, size, prot);
}
bool text_equal(const char *a, const char *b) {
    return strcmp(a, b) == 0;
}
uintptr_t space_hook(const char *name) {
    return 0x1122334455667000 + (unsigned char)name[0];
}

enum { CODE = 256, PAGE = 4096 };
static unsigned char *code; /* CODE bytes for each entry of the table */

static size_t index_of(const char *symbol) {
    for (size_t i = 0; i < MMAP_ENTRY_COUNT; ++i) {
        if (strcmp(mmap_entries[i].symbol, symbol) == 0) {
            return i;
        }
    }
    return MMAP_ENTRY_COUNT;
}

static uintptr_t find(void *library, const char *symbol) {
    size_t index = index_of(symbol);
    return index < MMAP_ENTRY_COUNT && library == code ? (uintptr_t)(code + index * CODE) : 0;
}

/* Every entry as the table has it. */
static void write_code(void) {
    mprotect(code, 16 * PAGE, PROT_READ | PROT_WRITE);
    memset(code, 0xcc, 16 * PAGE);
    for (size_t i = 0; i < MMAP_ENTRY_COUNT; ++i) {
        memcpy(code + i * CODE, mmap_entries[i].prologue, mmap_entries[i].prologue_size);
    }
}

static bool jumps_to(const unsigned char *entry, uintptr_t target) {
    static const unsigned char jump[] = {0xff, 0x25, 0, 0, 0, 0};
    return memcmp(entry, jump, sizeof jump) == 0 && memcmp(entry + 6, &target, sizeof target) == 0;
}

static void test_patch(void) {
    write_code();
    check(space_patch_library("libc.so.6", find, code) == NULL, "a libc that fits is patched");
    bool all = true;
    for (size_t i = 0; i < MMAP_ENTRY_COUNT; ++i) {
        all = all && jumps_to(code + i * CODE, space_hook(mmap_entries[i].symbol));
    }
    check(all, "every entry jumps to its replacement");
    check(protections == 2, "in one window of protection");
    check(code[mmap_entries[0].size] == 0xcc, "and no byte behind a body is touched");
    check(heap_start == ((uintptr_t)code & ~(uintptr_t)4095), "libc's code is told to the heap's rule");
    check(break_variable == NULL, "a libc without __curbrk has no variable");
    check(space_patch_library("libc.so.6", find, code) != NULL, "twice is refused");
}

static void test_refusal(void) {
    static unsigned char before[16 * PAGE];
    size_t last = MMAP_ENTRY_COUNT - 1, position = 0;
    write_code();
    while (mmap_entries[last].mask[position] == 0) {
        ++position;
    }
    code[last * CODE + position] ^= 1;
    memcpy(before, code, sizeof before);
    protections = 0;
    const char *refused = space_patch_library("libc.so.6", find, code);
    check(refused != NULL && strcmp(refused, mmap_entries[last].symbol) == 0, "the misfit is named");
    check(memcmp(before, code, sizeof before) == 0 && protections == 0, "and nothing was written");
    check(space_patch_library("libc.so.6", find, NULL) != NULL, "a missing symbol is a misfit");
    check(space_patch_library("libother.so.1", find, code) == NULL && protections == 0,
          "another library is left alone");
}

/* The table's bytes may differ where the build decides, and then only there. */
static void test_mask(void) {
    for (size_t i = 0; i < MMAP_ENTRY_COUNT; ++i) {
        for (size_t at = 0; at < mmap_entries[i].prologue_size; ++at) {
            if (mmap_entries[i].mask[at] == 0) {
                write_code();
                code[i * CODE + at] ^= 0xff;
                check(space_patch_library("libc.so.6", find, code) == NULL, "a byte that varies may vary");
                return;
            }
        }
    }
    check(true, "this libc has no bytes that vary");
}

int main(void) {
    gate.seen = gate_disturbances;
    code = mmap(NULL, 16 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    test_patch();
    test_refusal();
    test_mask();
    return failures != 0;
}
