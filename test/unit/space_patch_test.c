// sources: runtime/space/patch.c runtime/space/code.c
/* Replacing libc's entries, on a page of invented code: what stays, what is left alone, and what
 * happens when the code may not be written to. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "mmap_entries.h"
#include "space/break.h"
#include "space/calls.h"
#include "space/guest.h"
#include "space/hooks.h"
#include "space/policy.h"
#include "space/section.h"
#include "space/space.h"
#include "base/system.h"
#include "base/text.h"

/* Not <sys/mman.h>: space.h names its constants itself. */
int mprotect(void *address, size_t size, int prot);
void *mmap(void *address, size_t size, int prot, int flags, int fd, long offset);

static int failures;

static void check(bool good, const char *name) {
    printf("%s %s\n", good ? "ok" : "FAILED", name);
    failures += !good;
}

/* The neighbours. */
struct gate gate;
uint32_t gate_disturbances = 1;
struct policy policy;
static struct tracker tracker;
struct tracker *section_current = &tracker;
static bool refuse_file, refuse_right, foreign_file;
static long short_write; /* how many bytes a write does, 0: all */
static int protections, last_protection;
static bool without_right; /* to be executed, at some moment */
static bool break_is_ours, break_is_left;
static bool filtered;
static const char *asked;

bool filter_is_absent_now(void) {
    return !filtered;
}
const char *setting(const char *name) {
    return strcmp(name, "WINE_LD_ENTRIES") == 0 ? asked : NULL;
}
void print(int fd, const char *text, ...) {
    (void)fd, (void)text;
}
void system_exit(int status) {
    _exit(status);
}

struct tracker *section_enter_slowly(struct section *section, bool inside) {
    (void)inside;
    return section->tracker = &tracker;
}
void section_leave_slowly(struct section *section, uintptr_t start, uintptr_t end) {
    (void)section, (void)start, (void)end;
}
void gate_wake(void) {}
struct range tree_find(struct tree *tree, uintptr_t address) {
    (void)tree;
    return (struct range){address & ~(uintptr_t)4095, address + 4096, 0, 0};
}
static uintptr_t heap_start;
void call_set_library(uintptr_t start, uintptr_t end) {
    heap_start = start;
    (void)end;
}
void guest_set_library(uintptr_t start, uintptr_t end) {
    (void)start, (void)end;
}
void break_take(void) {
    break_is_ours = true;
}
void break_leave_to_library(void) {
    break_is_left = true;
}
int space_protect(uintptr_t address, size_t size, int prot) {
    ++protections;
    last_protection = prot;
    without_right |= (prot & PROT_EXEC) == 0;
    return refuse_right ? -EACCES : mprotect((void *)address, size, prot);
}
int system_open(const char *path, int flags) {
    return refuse_file ? -EACCES : open(path, flags);
}
int system_close(int fd) {
    return close(fd);
}
long system_pwrite(int fd, const void *buffer, size_t size, uint64_t offset) {
    size_t part = short_write != 0 && (size_t)short_write < size ? (size_t)short_write : size;
    return pwrite(fd, buffer, part, (off_t)offset);
}
long system_pread(int fd, void *buffer, size_t size, uint64_t offset) {
    long got = pread(fd, buffer, size, (off_t)offset);
    if (foreign_file)
        memset(buffer, 0x5a, size);
    return got;
}
bool text_equal(const char *a, const char *b) {
    return strcmp(a, b) == 0;
}
uintptr_t space_hook(const char *name) {
    return 0x1122334455667000 + (unsigned char)name[0];
}

enum { CODE = 256, PAGES = 16, PAGE_BYTES = 4096 };
static unsigned char *code; /* CODE bytes for each entry of the table */
static unsigned char before[PAGES * PAGE_BYTES];

static size_t index_of(const char *symbol) {
    for (size_t i = 0; i < MMAP_ENTRY_COUNT; ++i)
        if (strcmp(mmap_entries[i].symbol, symbol) == 0)
            return i;
    return MMAP_ENTRY_COUNT;
}

/* syscall(3)'s own body is no matter of the entries. */
void hooks_find_library(uintptr_t (*search)(void *library, const char *symbol), void *library) {
    (void)search;
    (void)library;
}

static uintptr_t find(void *library, const char *symbol) {
    size_t index = index_of(symbol);
    return index < MMAP_ENTRY_COUNT && library == code ? (uintptr_t)(code + index * CODE) : 0;
}

/* Every entry as the table has it, nothing refused. */
static void write_code(void) {
    mprotect(code, sizeof before, PROT_READ | PROT_WRITE);
    memset(code, 0xee, sizeof before);
    for (size_t i = 0; i < MMAP_ENTRY_COUNT; ++i)
        memcpy(code + i * CODE, mmap_entries[i].prologue, mmap_entries[i].prologue_size);
    refuse_file = refuse_right = foreign_file = without_right = break_is_ours = break_is_left = false;
    short_write = protections = 0;
}

/* What is run from now on: only code that can be written to may be changed by a test. */
static void seal_code(void) {
    memcpy(before, code, sizeof before);
    mprotect(code, sizeof before, PROT_READ | PROT_EXEC);
}

static bool is_replaced(size_t i) {
    const unsigned char *at = code + i * CODE + mmap_entries[i].kept;
    const unsigned char lift[] = {0x48, 0x8d, 0x64, 0x24, mmap_entries[i].lowered};
    static const unsigned char jump[] = {0xff, 0x25, 0, 0, 0, 0};
    uintptr_t target = space_hook(mmap_entries[i].symbol);
    if (mmap_entries[i].lowered != 0) {
        if (memcmp(at, lift, sizeof lift) != 0)
            return false;
        at += sizeof lift;
    }
    return memcmp(at, jump, sizeof jump) == 0 && memcmp(at + 6, &target, sizeof target) == 0;
}

static size_t replaced(void) {
    size_t count = 0;
    for (size_t i = 0; i < MMAP_ENTRY_COUNT; ++i)
        count += is_replaced(i);
    return count;
}

static void test_patch(void) {
    write_code();
    seal_code();
    space_patch_library("libc.so.6", true, find, code);
    check(replaced() == MMAP_ENTRY_COUNT, "every entry jumps to its replacement");
    check(protections == 0, "without a change of protection");
    bool kept = true, behind = true;
    for (size_t i = 0; i < MMAP_ENTRY_COUNT; ++i) {
        const unsigned char *entry = code + i * CODE;
        kept = kept && mmap_entries[i].kept != 0 &&
               memcmp(entry, mmap_entries[i].prologue, mmap_entries[i].kept) == 0;
        behind = behind && entry[mmap_entries[i].size] == 0xee;
    }
    check(kept, "the first instruction of each stays");
    check(behind, "and no byte behind a body is touched");
    check(heap_start == ((uintptr_t)code & ~(uintptr_t)4095),
          "libc's code is told to the heap's rule");
    check(break_is_ours && !break_is_left, "the break is served");
    memcpy(before, code, sizeof before);
    space_patch_library("libc.so.6", true, find, code);
    check(memcmp(before, code, sizeof before) == 0, "a second time changes nothing");
}

static void test_other_code(void) {
    size_t last = MMAP_ENTRY_COUNT - 1, position = mmap_entries[0].kept;
    write_code();
    while (mmap_entries[last].mask[position] == 0)
        ++position;
    code[last * CODE + position] ^= 1;
    seal_code();
    space_patch_library("libc.so.6", true, find, code);
    check(replaced() == last && memcmp(before + last * CODE, code + last * CODE, CODE) == 0,
          "an entry with other bytes is left alone, the rest is not");
    write_code();
    seal_code();
    space_patch_library("libother.so.1", true, find, code);
    check(replaced() == 0 && !break_is_ours && !break_is_left, "another library is left alone");
    space_patch_library("libc.so.6", true, find, NULL);
    check(replaced() == 0 && break_is_left, "a libc without the symbols keeps its break");
}

/* Somebody traces the entries: a breakpoint on the first instruction. */
static void test_traced(void) {
    write_code();
    for (size_t i = 0; i < MMAP_ENTRY_COUNT; ++i)
        code[i * CODE] = 0xcc;
    seal_code();
    space_patch_library("libc.so.6", true, find, code);
    bool stays = true;
    for (size_t i = 0; i < MMAP_ENTRY_COUNT; ++i)
        stays = stays && code[i * CODE] == 0xcc;
    check(replaced() == MMAP_ENTRY_COUNT && stays,
          "an entry that is traced is replaced behind the breakpoint");
}

/* The table's bytes may differ where the build decides, and then only there. */
static void test_mask(void) {
    for (size_t i = 0; i < MMAP_ENTRY_COUNT; ++i) {
        for (size_t at = mmap_entries[i].kept; at < mmap_entries[i].prologue_size; ++at) {
            if (mmap_entries[i].mask[at] == 0) {
                write_code();
                code[i * CODE + at] ^= 0xff;
                seal_code();
                space_patch_library("libc.so.6", true, find, code);
                check(replaced() == MMAP_ENTRY_COUNT, "a byte that varies may vary");
                return;
            }
        }
    }
    check(false, "the table has bytes that vary");
}

static void test_refusals(void) {
    write_code();
    seal_code();
    refuse_file = true;
    space_patch_library("libc.so.6", true, find, code);
    check(replaced() == MMAP_ENTRY_COUNT && protections == 2 * MMAP_ENTRY_COUNT,
          "without the process's memory as a file the right to write is asked for");
    check(!without_right && last_protection == (PROT_READ | PROT_EXEC),
          "never instead of the right to execute");
    write_code();
    seal_code();
    foreign_file = true;
    space_patch_library("libc.so.6", true, find, code);
    check(replaced() == MMAP_ENTRY_COUNT && protections == 2 * MMAP_ENTRY_COUNT,
          "so it is where the file is another memory's");
    write_code();
    seal_code();
    refuse_file = refuse_right = true;
    space_patch_library("libc.so.6", true, find, code);
    check(memcmp(before, code, sizeof before) == 0 && break_is_left,
          "when both are refused nothing is written and the break is the library's");
    write_code();
    seal_code();
    short_write = 3;
    refuse_right = true;
    space_patch_library("libc.so.6", true, find, code);
    check(memcmp(before, code, sizeof before) == 0, "a write that is cut short is taken back");
}

static size_t replaced_when(bool filter, const char *value) {
    write_code();
    seal_code();
    filtered = filter;
    asked = value;
    space_patch_init();
    space_patch_library("libc.so.6", true, find, code);
    filtered = false;
    return replaced();
}

static void test_filter(void) {
    check(replaced_when(true, NULL) == 0 && break_is_left, "behind a filter nothing is written");
    check(replaced_when(true, "write") == MMAP_ENTRY_COUNT && !break_is_left,
          "but when that is asked for");
    check(replaced_when(false, "keep") == 0 && break_is_left, "nor where that is not wanted");
}

int main(void) {
    gate.seen = gate_disturbances;
    code = mmap(NULL, sizeof before, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    test_patch();
    test_other_code();
    test_traced();
    test_mask();
    test_refusals();
    test_filter();
    return failures != 0;
}
