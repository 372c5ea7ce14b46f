/* What a guest's library is told to be kept for it, and what happens where nothing is (policy guest.policy): wine's
 * ntdll.so takes such room and gives it back with MAP_FIXED. Prints nothing if all is as it should be. */
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "check.h"

enum { PAGE = 4096, BLOCK = 1 << 20, EXTRA = 64 << 10 };
enum { LOW = 0x30000000, LISTED = 0x32000000, HIGH = 0x48000000 };

/* What is kept, as wine's loader has it; exported. */
struct kept {
    uintptr_t address;
    size_t size;
};
struct kept *kept_for_guest;

/* Whether a page is mapped: it can be looked for in memory without being touched. */
static int is_mapped(uintptr_t address) {
    unsigned char resident;
    return mincore((void *)address, PAGE, &resident) == 0;
}

static void is_told(const char *program_range) {
    uintptr_t at = LOW;
    int mapped = 0;
    for (struct kept *kept = kept_for_guest; kept != NULL && kept->size != 0; ++kept)
        for (; at == kept->address; at = kept->address + kept->size)
            mapped += is_mapped(kept->address) && is_mapped(kept->address + kept->size - PAGE);
    CHECK(at == HIGH && mapped == 1, "listed up to %lx, %d of it mapped", (unsigned long)at, mapped);
    const char *answer = guest_environment("WINEPRELOADRESERVE");
    CHECK(answer != NULL && strcmp(answer, "32000000-48000000") == 0, "the library hears %s", answer);
    const char *own = getenv("WINEPRELOADRESERVE");
    CHECK(own == NULL ? program_range == NULL : strcmp(own, program_range) == 0, "others hear %s", own);
}

/* Fixed blocks are granted where nothing is, and leave nothing behind. */
static void takes_and_gives_back(void) {
    const uintptr_t starts[] = {LISTED, LISTED - BLOCK, HIGH - 2 * BLOCK, 0x40000000};
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; ++i) {
        char *block = (char *)starts[i];
        char *got = guest_map(block, 2 * BLOCK, PROT_READ | PROT_WRITE, MAP_FIXED);
        CHECK(got == block, "block %zu: %s", i, strerror(errno));
        memset(got, 1, 2 * BLOCK);
        got = guest_map(block, 2 * BLOCK, PROT_NONE, MAP_FIXED | MAP_NORESERVE);
        CHECK(got == block, "given back: %s", strerror(errno));
        CHECK(is_mapped(starts[i]) == (starts[i] < LISTED), "the first page of block %zu", i);
        CHECK(!is_mapped(starts[i] + 2 * BLOCK - PAGE), "the last page of block %zu", i);
    }
}

/* What a block holds goes on being replaced: decommitted, committed, mapped. */
static void works_inside(void) {
    char *block = guest_map((char *)LISTED + BLOCK, BLOCK, PROT_READ | PROT_WRITE, MAP_FIXED);
    memset(block, 2, BLOCK);
    CHECK(guest_map(block, PAGE, PROT_NONE, MAP_FIXED) == block, "decommitted: %s", strerror(errno));
    CHECK(is_mapped((uintptr_t)block), "a decommitted page stays");
    CHECK(guest_map(block, PAGE, PROT_READ | PROT_WRITE, MAP_FIXED) == block, "committed: %s", strerror(errno));
    CHECK(block[0] == 0 && block[PAGE] == 2, "%d and %d", block[0], block[PAGE]);
    guest_map(block, BLOCK, PROT_NONE, MAP_FIXED | MAP_NORESERVE);
    CHECK(!is_mapped((uintptr_t)block), "the block is gone");
}

/* What others have there, known or not, is not replaced. */
static void spares_others(void) {
    enum { FLAGS = MAP_PRIVATE | MAP_ANONYMOUS };
    char *known = mmap((char *)LISTED + 8 * BLOCK, PAGE, PROT_READ | PROT_WRITE, FLAGS, -1, 0);
    CHECK(known == (char *)LISTED + 8 * BLOCK, "the hint is followed");
#ifdef SYS_mmap2
    enum { MAP = SYS_mmap2 };
#else
    enum { MAP = SYS_mmap };
#endif
    char *unknown = (char *)LISTED + 12 * BLOCK;
    long result;
#if defined(__x86_64__)
    register long flags __asm__("r10") = FLAGS | MAP_FIXED;
    register long file __asm__("r8") = -1;
    register long offset __asm__("r9") = 0;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(MAP), "D"(unknown), "S"(PAGE), "d"(PROT_READ | PROT_WRITE), "r"(flags), "r"(file), "r"(offset)
                     : "rcx", "r11", "memory");
#else
    __asm__ volatile("push %%ebp; xor %%ebp, %%ebp; int $0x80; pop %%ebp"
                     : "=a"(result)
                     : "a"(MAP), "b"(unknown), "c"(PAGE), "d"(PROT_READ | PROT_WRITE), "S"(FLAGS | MAP_FIXED), "D"(-1)
                     : "memory");
#endif
    CHECK((char *)result == unknown, "the kernel: %ld", result);
    char *const others[] = {known, unknown};
    for (int i = 0; i < 2; ++i) {
        others[i][0] = 3;
        for (int turn = 0; turn < 2; ++turn) {
            void *got = guest_map(others[i] - BLOCK, 2 * BLOCK, PROT_READ | PROT_WRITE, MAP_FIXED);
            CHECK(got == MAP_FAILED && errno == EEXIST, "%d: got %p", i, got);
            CHECK(others[i][0] == 3, "%d: the byte is there", i);
            CHECK(!is_mapped((uintptr_t)others[i] - BLOCK), "%d: nothing is left of the attempt", i);
        }
        munmap(others[i], PAGE);
    }
}

/* Whether a block of so many bytes begins in what is listed and ends beyond, when little is free there. */
static int leaves(size_t size, int prot) {
    char *below = guest_map((char *)LISTED, HIGH - LISTED - 8 * BLOCK, PROT_NONE, MAP_FIXED);
    char *block = guest_map(NULL, size, prot, 0);
    CHECK(below == (char *)LISTED && block != MAP_FAILED, "%zx bytes: %s", size, strerror(errno));
    int result = block < (char *)HIGH && block + size > (char *)HIGH;
    guest_unmap(block, size);
    guest_map(below, HIGH - LISTED - 8 * BLOCK, PROT_NONE, MAP_FIXED | MAP_NORESERVE);
    return result;
}

/* Stacks, which the library cuts in two, do not leave it; what needs it does. */
static void keeps_stacks_whole(void) {
    const size_t most = 0x56000000 - HIGH;
    CHECK(!leaves(16 * BLOCK, PROT_READ | PROT_WRITE), "a block like a stack begins inside and ends outside");
    CHECK(!leaves(most, PROT_READ | PROT_WRITE), "the largest block like a stack");
    CHECK(leaves(most + 4 * BLOCK, PROT_NONE), "a block for which there is no other room");
}

/* What the library lets go of, and what was there then, is no room for a block that begins in what is listed. */
static void lets_go(void) {
    char *view = guest_map((char *)0x42000000, BLOCK, PROT_NONE, MAP_FIXED);
    CHECK(guest_unmap((char *)0x40000000, 0x2000000) == 0, "%s", strerror(errno));
    CHECK(guest_unmap(view + BLOCK, HIGH - 0x42000000 - BLOCK) == 0, "%s", strerror(errno));
    CHECK(guest_unmap(view, BLOCK) == 0, "%s", strerror(errno));
    char *block = guest_map(NULL, 0x15000000, PROT_NONE, 0);
    CHECK(block >= (char *)0x40000000 && block != MAP_FAILED, "%p", (void *)block);
    guest_unmap(block, 0x15000000);
    block = guest_map(NULL, 0x0c000000, PROT_NONE, 0);
    CHECK(block >= (char *)LISTED && block < (char *)0x40000000, "%p", (void *)block);
    guest_unmap(block, 0x0c000000);
}

/* A block as wine takes it: 64 KiB more than it keeps, and that back. */
static char *take(size_t size) {
    char *block = guest_map(NULL, size + EXTRA, PROT_NONE, 0);
    CHECK(block != MAP_FAILED, "%zx bytes: %s", size, strerror(errno));
    CHECK(guest_unmap(block + size, EXTRA) == 0, "%s", strerror(errno));
    return block;
}

/* Where a block was there is room for another as large; small ones are packed all the same. */
static void takes_their_places(void) {
    char *blocks[8];
    for (int i = 0; i < 8; ++i)
        blocks[i] = take(16 * BLOCK);
    for (int i = 0; i < 8; ++i) {
        guest_unmap(blocks[i], 16 * BLOCK);
        char *next = take(16 * BLOCK);
        CHECK(next < blocks[i] + BLOCK, "block %d at %p, where one was at %p", i, (void *)next, (void *)blocks[i]);
        blocks[i] = next;
    }
    for (int i = 0; i < 8; ++i)
        guest_unmap(blocks[i], 16 * BLOCK);
    char *small = take(EXTRA), *next = take(EXTRA);
    CHECK(next == small + EXTRA, "%p, not behind %p", (void *)next, (void *)small);
    guest_unmap(small, 2 * EXTRA);
}

int main(int argc, char **argv) {
    is_told(argc > 1 ? argv[1] : NULL);
    takes_and_gives_back();
    works_inside();
    spares_others();
    keeps_stacks_whole();
    takes_their_places();
    lets_go();
    return 0;
}
