/* Replacing the bodies of libc's entries. Knows the generated table; does not know what the
 * replacements do, nor how code is written to.
 *
 * The first instruction of a body stays, and the jump follows it. A tracer that puts a breakpoint
 * there (uprobes) runs its own copy of that instruction, goes on behind it, and at the end puts
 * back the byte that the file has: with another instruction there, the jump would be entered in its
 * middle. What the instruction did to the stack pointer is undone first. */
#include "arch_code.h"
#include "base/format.h"
#include "mmap_entries.h"
#include "space/break.h"
#include "space/calls.h"
#include "space/code.h"
#include "space/filter.h"
#include "space/guest.h"
#include "space/hooks.h"
#include "space/policy.h"
#include "space/page.h"
#include "space/section.h"
#include "space/setting.h"
#include "space/space.h"
#include "base/system.h"
#include "base/text.h"

enum { EXIT_USAGE = 127 };

/* The code that takes an entry's place, behind what is kept of it. */
struct replacement {
    unsigned char bytes[ARCH_JUMP_LIMIT];
    size_t size;
};
_Static_assert(sizeof(struct replacement) <= CODE_LIMIT, "it is written in one piece");

/* Whether an instruction that stays begins `offset` bytes into the entry: a breakpoint may be
 * there. */
static bool may_be_traced(const struct mmap_entry *entry, unsigned offset) {
    bool padded = memcmp(entry->prologue, arch_landing_pad, sizeof arch_landing_pad) == 0;
    return offset < entry->kept && (offset == 0 || (padded && offset == ARCH_LANDING_PAD_SIZE));
}

/* Whether the code is what the table says. */
static bool is_intact(const struct mmap_entry *entry, const unsigned char *code) {
    for (unsigned i = 0; i < entry->prologue_size; ++i) {
        bool traced = code[i] == ARCH_BREAKPOINT && may_be_traced(entry, i);
        if (((code[i] ^ entry->prologue[i]) & entry->mask[i]) != 0 && !traced)
            return false;
    }
    return true;
}

/* The mapping that holds `code`, empty when it is not known. */
static struct range range_at(uintptr_t code) {
    struct section section;
    struct range range = {0};
    struct tracker *tracker = section_enter(&section);
    if (tracker != NULL)
        range = tree_find(&tracker->tree, code);
    section_leave(&section, 0, 0);
    return range;
}

/* What this code asks for is told apart: `set` gets its bounds. */
static void note_library(uintptr_t code, void (*set)(uintptr_t start, uintptr_t end)) {
    struct range range = range_at(code);
    if (range.end > code)
        set(range.start, range.end);
}

/* One entry of the library. An entry with other bytes (a breakpoint further in) stays as it is. */
static bool replace(struct code_writer *writer, const struct mmap_entry *entry, uintptr_t code,
                    uintptr_t hook) {
    struct replacement replacement;
    if (code == 0 || hook == 0 || !is_intact(entry, (const unsigned char *)code))
        return false;
    replacement.size = arch_write_jump(replacement.bytes, code + entry->kept, entry->lowered, hook);
    return entry->kept + replacement.size <= entry->size &&
           code_write(writer, code + entry->kept, replacement.bytes, replacement.size);
}

/* The first entry from `i` on that is the library's. */
static size_t next_of(const char *soname, size_t i) {
    while (i < MMAP_ENTRY_COUNT && !text_equal(mmap_entries[i].library, soname))
        ++i;
    return i;
}

static enum { BY_FILTER, ALWAYS, NEVER } writing;

void space_patch_init(void) {
    const char *asked = setting("WINE_LD_ENTRIES");
    if (asked == NULL || *asked == '\0')
        return;
    if (!text_equal(asked, "write") && !text_equal(asked, "keep")) {
        print(2, "wine-ld: WINE_LD_ENTRIES: \"%s\" is neither \"write\" nor \"keep\"\n", asked);
        system_exit(EXIT_USAGE);
    }
    writing = text_equal(asked, "write") ? ALWAYS : NEVER;
}

/* To write takes calls that glibc's linker does not make: a filter may end the process there. */
static bool may_write(void) {
    return writing == ALWAYS || (writing == BY_FILTER && filter_is_absent_now());
}

/* All entries of the library, of which `first` is the first; whether the break is ours now. */
static bool replace_all(const char *soname, size_t first,
                        uintptr_t (*find)(void *library, const char *symbol), void *library) {
    struct code_writer writer;
    bool moves_break = false;
    code_open(&writer);
    for (size_t i = first; i < MMAP_ENTRY_COUNT; i = next_of(soname, i + 1)) {
        const char *symbol = mmap_entries[i].symbol;
        bool done = replace(&writer, &mmap_entries[i], find(library, symbol), space_hook(symbol));
        moves_break |= done && (text_equal(symbol, "brk") || text_equal(symbol, "sbrk"));
    }
    code_close(&writer);
    return moves_break;
}

void space_patch_library(const char *soname, bool lasting,
                         uintptr_t (*find)(void *library, const char *symbol), void *library) {
    size_t first = next_of(soname, 0);
    if (text_equal(policy.guest_library, soname))
        note_library(find(library, policy.guest_symbol), guest_set_library);
    if (first == MMAP_ENTRY_COUNT)
        return;
    if (lasting)
        hooks_find_library(find, library);
    if (!may_write() || !replace_all(soname, first, find, library))
        break_leave_to_library();
    else if (lasting)
        break_take();
    note_library(find(library, mmap_entries[first].symbol), call_set_library);
}
