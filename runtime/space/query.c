/* The public interface, include/wine-ld.h: asking the tracker. Knows how ranges look from outside;
 * placing is in query_place.c. */
#include "space/page.h"
#include "space/query.h"

#include "arch.h"
#include "base/auxv.h"
#include "object/object.h"
#include "space/filter.h"
#include "space/kernel.h"
#include "space/maps.h"
#include "space/section.h"
#include "syscall_numbers.h"
#include "base/system.h"
#include "base/text.h"

#define SAME_KIND(name) _Static_assert((int)WINE_LD_##name == (int)SPACE_##name, "wine-ld.h")
SAME_KIND(FREE);
SAME_KIND(IMAGE);
SAME_KIND(FILE);
SAME_KIND(ANONYMOUS);
SAME_KIND(STACK);
SAME_KIND(BREAK);
SAME_KIND(SHARED);
SAME_KIND(RESERVED);
SAME_KIND(KERNEL);
SAME_KIND(LINKER);
SAME_KIND(HEAP);
SAME_KIND(GUEST);
SAME_KIND(DEVICE);
_Static_assert((int)SPACE_KINDS == (int)WINE_LD_DEVICE + 1, "wine-ld.h names every kind");

/* The image that `address` is in. A program that the kernel mapped has no name of its own. */
static const char *owner_of(struct tracker *tracker, uintptr_t address) {
    struct range range = tree_find(&tracker->tree, address);
    const struct object *object = (const struct object *)range.origin;
    /* A node that a call was changing when the process was forked may show another range's origin,
     * a place in some code: objects lie in the linker's memory. */
    struct range where = tree_find(&tracker->tree, range.origin);
    if (range_kind(range.attributes) != SPACE_IMAGE || object == NULL ||
        range_kind(where.attributes) != SPACE_LINKER)
        return NULL;
    return object->name[0] == '\0' && object->kind == OBJECT_PROGRAM ? process.execfn
                                                                     : object->name;
}

static uint32_t flags_of(uintptr_t attributes) {
    return (range_is_mapped(attributes) ? WINE_LD_MAPPED : 0U) |
           ((attributes & RANGE_SHARED) != 0 ? WINE_LD_IS_SHARED : 0U) |
           ((attributes & RANGE_ANONYMOUS) != 0 ? WINE_LD_NO_FILE : 0U) |
           ((attributes & RANGE_GROWS) != 0 ? WINE_LD_GROWS : 0U) |
           ((attributes & RANGE_HUGE) != 0 ? WINE_LD_HUGE : 0U) |
           ((attributes & RANGE_HEAD) != 0 ? WINE_LD_FIRST : 0U);
}

/* READ_IMPLIES_EXEC (personality(2)): every readable mapping is executable too. Asked for by the
 * first question, since a start does without it. */
static bool reading_executes(void) {
    static enum { UNKNOWN, NO, YES } answer;
    if (answer == UNKNOWN) {
        const unsigned long query = 0xffffffff, read_implies_exec = 0x0400000;
        long personality =
            filter_is_absent() ? system_call(SYS_personality, (long)query, 0, 0, 0, 0, 0) : 0;
        answer =
            personality > 0 && ((unsigned long)personality & read_implies_exec) != 0 ? YES : NO;
    }
    return answer == YES;
}

static uint32_t protection_of(uintptr_t attributes) {
    int prot = range_prot(attributes);
    return (uint32_t)((prot & PROT_READ) != 0 && reading_executes() ? prot | PROT_EXEC : prot);
}

static struct wine_ld_mapping describe(struct tracker *tracker, const struct range *range) {
    struct wine_ld_mapping mapping = {
        .start = range->start,
        .end = range->end,
        .kind = range_kind(range->attributes),
        .protection = protection_of(range->attributes),
        .flags = flags_of(range->attributes),
    };
    bool image = mapping.kind == SPACE_IMAGE;
    mapping.caller = image || mapping.kind == SPACE_RESERVED ? 0 : range->origin;
    mapping.owner = image                 ? owner_of(tracker, range->start)
                    : mapping.caller != 0 ? owner_of(tracker, mapping.caller)
                                          : NULL;
    return mapping;
}

struct range query_range(struct tracker *tracker, uintptr_t address) {
    tracker_resolve(tracker);
    struct range range = tree_find(&tracker->tree, address);
    struct range above = range; /* the next mapping */
    while (!range_is_mapped(above.attributes) && above.end != TREE_END)
        above = tree_find(&tracker->tree, above.end);
    if (above.start != range.start && (above.attributes & RANGE_GROWS) != 0) {
        tracker_refresh(tracker, range.start, above.start); /* it may have grown */
        range = tree_find(&tracker->tree, address);
    }
    return range;
}

static void give(void *to, const void *from, size_t size, size_t known) {
    memcpy(to, from, size < known ? size : known);
}

/* The kernel's answer to a query. */
struct kernel_answer {
    uintptr_t address;
    struct wine_ld_mapping mapping;
};

static void answer(void *context, const struct maps_entry *entry) {
    struct kernel_answer *asked = context;
    if (entry->start <= asked->address && asked->address < entry->end)
        asked->mapping = (struct wine_ld_mapping){
            .start = entry->start,
            .end = entry->end,
            .kind = entry->name == MAPS_FILE ? SPACE_FILE : SPACE_ANONYMOUS,
            .protection = (uint32_t)entry->prot,
            .flags = WINE_LD_MAPPED | (entry->shared ? WINE_LD_IS_SHARED : 0U) |
                     (entry->name == MAPS_FILE ? 0U : WINE_LD_NO_FILE),
        };
}

static bool ask_kernel(uintptr_t address, struct wine_ld_mapping *mapping) {
    struct kernel_answer asked = {address, {.start = address, .end = address + PAGE}};
    bool good = maps_read(address, address + 1, answer, &asked);
    *mapping = asked.mapping;
    return good;
}

EXPORT int wine_ld_version(void) {
    return WINE_LD_API_VERSION;
}

EXPORT int wine_ld_query(const void *address, struct wine_ld_mapping *mapping, size_t size) {
    struct section section;
    struct tracker *tracker = section_enter(&section);
    uintptr_t page = page_down((uintptr_t)address);
    struct wine_ld_mapping found = {.start = page};
    bool good = page < TREE_END;
    if (tracker != NULL && good) {
        struct range range = query_range(tracker, page);
        found = describe(tracker, &range);
    } else if (good) {
        good = ask_kernel(page, &found);
    }
    section_leave(&section, 0, 0);
    give(mapping, &found, size, sizeof found);
    return good ? 0 : -1;
}

EXPORT size_t wine_ld_mappings(const void *start, const void *end, struct wine_ld_mapping *mappings,
                               size_t count, size_t size) {
    struct section section;
    struct tracker *tracker = section_enter(&section);
    unsigned char *to = (unsigned char *)mappings;
    uintptr_t address = page_down((uintptr_t)start);
    size_t filled = 0;
    while (tracker != NULL && filled < count && address < (uintptr_t)end && address < TREE_END) {
        struct range range = query_range(tracker, address);
        struct wine_ld_mapping mapping = describe(tracker, &range);
        give(to + filled++ * size, &mapping, size, sizeof mapping);
        address = range.end;
    }
    section_leave(&section, 0, 0);
    return filled;
}
