/* What wine's preloader does, for a wine that was started without. Knows the list that wine reads;
 * which ranges are kept is the policy's business. */
#include "space/preloader.h"

#include "base/cold.h"
#include "base/format.h"
#include "space/guest.h"
#include "space/kernel.h"
#include "space/listed.h"
#include "space/page.h"
#include "space/policy.h"
#include "space/setting.h"
#include "base/text.h"

/* An entry of the list; the last has no size. */
struct kept_range {
    uintptr_t address;
    size_t size;
};
enum { KEPT = 15 };
enum { OLD_PROGRAMS_END = 0x110000 };
static struct kept_range kept[KEPT + 1] COLD;
static unsigned kept_count;

/* The range that the library leaves alone when it searches what is kept, START-END, hexadecimal. */
static char unsearched[2 * (2 * sizeof(uintptr_t)) + 2];
/* The origin of what is claimed for the program that is to be started. */
#define PROGRAM ((uintptr_t)unsearched)

/* What is free of [start, end), kept or only listed. */
static void list(struct tracker *tracker, uintptr_t start, uintptr_t end, bool kept_too) {
    while (start < end && kept_count < KEPT) {
        struct range range = tree_find(&tracker->tree, start);
        uintptr_t part_end = range.end < end ? range.end : end;
        bool is_free = range_kind(range.attributes) == SPACE_FREE;
        if (kept_too ? is_free && guest_reserve(tracker, start, part_end)
                     : is_free || range.origin == PROGRAM) {
            kept[kept_count].address = start;
            kept[kept_count++].size = part_end - start;
        }
        start = part_end;
    }
}

static uintptr_t hexadecimal(const char **text) {
    uintptr_t number = 0;
    for (;; ++*text) {
        char letter = **text;
        if (letter >= '0' && letter <= '9')
            number = number << 4 | (uintptr_t)(letter - '0');
        else if (letter >= 'a' && letter <= 'f')
            number = number << 4 | (uintptr_t)(letter - 'a' + 10);
        else
            return number;
    }
}

static const char PROGRAM_RANGE[] = "WINEPRELOADRESERVE";

/* Where the file of the program that is to be started wants to lie: START-END, hexadecimal. False:
 * no such range is named. */
static bool find_program(uintptr_t *start, uintptr_t *end) {
    const char *range = setting(PROGRAM_RANGE);
    *start = range != NULL ? page_down(hexadecimal(&range)) : 0;
    *end = range != NULL && *range == '-' ? (++range, page_up(hexadecimal(&range))) : 0;
    return *start < *end;
}

/* The library leaves one range alone when it searches what is kept: the program's. It is told to
 * leave alone what is only listed instead. So the program's is claimed here, until the program is
 * there, and is either in no list or in the part that is not searched. */
static void claim_for_program(struct tracker *tracker, uintptr_t start, uintptr_t end) {
    while (start < end) {
        struct range range = tree_find(&tracker->tree, start);
        uintptr_t part_end = range.end < end ? range.end : end;
        if (range_kind(range.attributes) == SPACE_FREE)
            tracker_set(tracker, start, part_end, SPACE_RESERVED | RANGE_HEAD, PROGRAM);
        start = part_end;
    }
}

/* In one piece: up to the first mapping, if there is one already. */
static void list_more(struct tracker *tracker) {
    uintptr_t low = policy.listed.low, high = low;
    while (high < policy.listed.high) {
        struct range range = tree_find(&tracker->tree, high);
        if (range_kind(range.attributes) != SPACE_FREE && range.origin != PROGRAM)
            break;
        high = range.end < policy.listed.high ? range.end : policy.listed.high;
    }
    listed_begin(low, high);
    list(tracker, low, high, false);
    format(unsearched, sizeof unsearched, "%lx-%lx", (unsigned long)low, (unsigned long)high);
}

const char *preloader_answer(const char *name) {
    return unsearched[0] != '\0' && text_equal(name, PROGRAM_RANGE) ? unsearched : NULL;
}

/* Programs that decide by the limit of the code selector whether a page may be executed find one
 * that may just below 2 GiB, as with wine's preloader. */
static void open_last_page(struct tracker *tracker) {
    const uintptr_t last = ((uintptr_t)1 << 31) - PAGE;
    struct range range = tree_find(&tracker->tree, last);
    if (guest_keeps(&range) && kernel_protect(last, PAGE, PROT_READ | PROT_EXEC) == 0)
        tracker_protect(tracker, last, last + PAGE, PROT_READ | PROT_EXEC);
}

void preloader_stand_in(struct tracker *tracker, const void **variable) {
    uintptr_t program, end;
    if (*variable != NULL || policy.kept_count == 0)
        return;
    bool named = find_program(&program, &end);
    /* A program in the area for old ones (below 0x110000) moves the start of the search down. */
    bool more = policy.listed.low < policy.listed.high && (!named || program >= OLD_PROGRAMS_END);
    if (more && named)
        claim_for_program(tracker, program, end);
    for (unsigned i = 0; i < policy.kept_count; ++i)
        list(tracker, policy.kept[i].low, policy.kept[i].high, true);
    if (more)
        list_more(tracker);
    else if (named)
        list(tracker, program, end, true);
    open_last_page(tracker);
    *variable = kept;
}
