/* What wine's preloader does, for a wine that was started without. Knows the list that wine reads;
 * which ranges are kept is the policy's business. */
#include "space/preloader.h"

#include "cold.h"
#include "space/guest.h"
#include "space/kernel.h"
#include "space/page.h"
#include "space/policy.h"
#include "space/setting.h"

/* An entry of the list; the last has no size. */
struct kept_range {
    uintptr_t address;
    size_t size;
};
enum { KEPT = 15 };
static struct kept_range kept[KEPT + 1] COLD;
static unsigned kept_count;

static void keep(struct tracker *tracker, uintptr_t start, uintptr_t end) {
    while (start < end && kept_count < KEPT) {
        struct range range = tree_find(&tracker->tree, start);
        uintptr_t part_end = range.end < end ? range.end : end;
        if (range_kind(range.attributes) == SPACE_FREE && guest_reserve(tracker, start, part_end)) {
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

/* START-END, hexadecimal: where the file of the program that is to be started wants to lie. */
static void keep_for_program(struct tracker *tracker, const char *range) {
    uintptr_t start = page_down(hexadecimal(&range));
    uintptr_t end = *range == '-' ? (++range, page_up(hexadecimal(&range))) : 0;
    if (start < end)
        keep(tracker, start, end);
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
    const char *program = setting("WINEPRELOADRESERVE");
    if (*variable != NULL || policy.kept_count == 0)
        return;
    for (unsigned i = 0; i < policy.kept_count; ++i)
        keep(tracker, policy.kept[i].low, policy.kept[i].high);
    if (program != NULL)
        keep_for_program(tracker, program);
    open_last_page(tracker);
    *variable = kept;
}
