/* Replacing the bodies of libc's entries. Knows the generated table and one instruction; does not
 * know what the replacements do. */
#include "mmap_entries.h"
#include "space/break.h"
#include "space/calls.h"
#include "space/guest.h"
#include "space/policy.h"
#include "space/page.h"
#include "space/section.h"
#include "space/space.h"
#include "text.h"

/* endbr64/endbr32: the landing pad of an indirect call must stay. The last byte tells which. */
static const unsigned char landing_pad[] = {0xf3, 0x0f, 0x1e};
enum { LANDING_PAD = 4 };

/* jmp *word: through the word that follows, addressed relative to it (64-bit) or absolutely
 * (32-bit). */
static const unsigned char jump[] = {0xff, 0x25};
enum {
    JUMP_OPERAND = sizeof jump,
    JUMP_WORD = JUMP_OPERAND + 4,
    JUMP = JUMP_WORD + sizeof(uintptr_t)
};

static size_t skip_landing_pad(const unsigned char *code) {
    return memcmp(code, landing_pad, sizeof landing_pad) == 0 ? LANDING_PAD : 0;
}

static bool is_intact(const struct mmap_entry *entry, const unsigned char *code) {
    for (unsigned i = 0; i < entry->prologue_size; ++i)
        if (((code[i] ^ entry->prologue[i]) & entry->mask[i]) != 0)
            return false;
    return entry->size >= skip_landing_pad(code) + JUMP;
}

static void write_jump(unsigned char *code, uintptr_t target) {
    code += skip_landing_pad(code);
    uintptr_t word = (uintptr_t)code + JUMP_WORD;
    uint32_t operand = sizeof(uintptr_t) == 8 ? 0 : (uint32_t)word;
    memcpy(code, jump, sizeof jump);
    memcpy(code + JUMP_OPERAND, &operand, sizeof operand);
    memcpy(code + JUMP_WORD, &target, sizeof target);
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

/* An entry of a library, and what stands in for it. */
struct site {
    uintptr_t code, end, hook;
};

/* Finds the entries of the library `soname` and checks that each is what the table says. Returns
 * the name of one that is not, NULL: all are. */
static const char *find_sites(const char *soname,
                              uintptr_t (*find)(void *library, const char *symbol), void *library,
                              struct site sites[MMAP_ENTRY_COUNT], size_t *count) {
    for (size_t i = *count = 0; i < MMAP_ENTRY_COUNT; ++i) {
        const struct mmap_entry *entry = &mmap_entries[i];
        uintptr_t hook = text_equal(entry->library, soname) ? space_hook(entry->symbol) : 0;
        if (hook == 0)
            continue;
        uintptr_t code = find(library, entry->symbol);
        if (code == 0 || !is_intact(entry, (const unsigned char *)code))
            return entry->symbol;
        sites[(*count)++] = (struct site){code, code + entry->size, hook};
    }
    return NULL;
}

/* Writes the jumps, or nothing at all. False: the code cannot be made writable. */
static bool write_jumps(const struct site *sites, size_t count) {
    uintptr_t lowest = UINTPTR_MAX, highest = 0;
    for (size_t i = 0; i < count; ++i) {
        lowest = sites[i].code < lowest ? sites[i].code : lowest;
        highest = sites[i].end > highest ? sites[i].end : highest;
    }
    /* The whole mapping, so that it stays one for the kernel. */
    struct range text = range_at(lowest);
    uintptr_t start = text.end >= highest ? text.start : page_down(lowest);
    uintptr_t end = text.end >= highest ? text.end : highest;
    if (space_protect(start, end - start, PROT_READ | PROT_WRITE) != 0)
        return false;
    for (size_t i = 0; i < count; ++i)
        write_jump((unsigned char *)sites[i].code, sites[i].hook);
    space_protect(start, end - start, PROT_READ | PROT_EXEC);
    return true;
}

const char *space_patch_library(const char *soname,
                                uintptr_t (*find)(void *library, const char *symbol),
                                void *library) {
    struct site sites[MMAP_ENTRY_COUNT];
    size_t count;
    const char *wrong = find_sites(soname, find, library, sites, &count);
    if (wrong != NULL)
        return wrong;
    if (text_equal(policy.guest_library, soname))
        note_library(find(library, policy.guest_symbol), guest_set_library);
    if (count == 0)
        return NULL;
    if (!write_jumps(sites, count))
        return soname;
    break_set_variable((void **)find(library, "__curbrk"));
    note_library(sites[0].code, call_set_library);
    return NULL;
}
