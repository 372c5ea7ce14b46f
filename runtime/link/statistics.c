/* LD_DEBUG=statistics. The clock is the processor's, as in glibc, so times are in cycles. */
#include "link/statistics.h"

#include "arch_instructions.h"
#include "base/cold.h"
#include "object/lookup.h"
#include "object/namespace.h"
#include "process/debug.h"

enum { PARTS = STATISTICS_RELOCATION + 1 };

/* Cycles of each part, when the present one was entered, and which that is. */
static unsigned long long spent[PARTS] COLD;
static unsigned long long entered COLD;
static enum statistics_part current COLD;

static unsigned long long total(void) {
    unsigned long long sum = 0;
    for (unsigned i = 0; i < PARTS; ++i)
        sum += spent[i];
    return sum != 0 ? sum : 1;
}

void statistics_enter(enum statistics_part part) {
    if (!debug_wants(DEBUG_STATISTICS))
        return;
    unsigned long long now = arch_ticks();
    spent[current] += entered != 0 ? now - entered : 0;
    entered = now;
    current = part;
}

/* In words of 32 bits: there is no division of longer ones on i386. */
static unsigned thousandths(unsigned long long part, unsigned long long whole) {
    for (; whole > UINT32_MAX / 1000; whole >>= 1)
        part >>= 1;
    return (unsigned)part * 1000 / (unsigned)whole;
}

static void print_part(const char *title, enum statistics_part part) {
    unsigned share = thousandths(spent[part], total());
    debug_print("%s: %llu cycles (%u.%u%%)\n", title, spent[part], share / 10, share % 10);
}

/* Of all objects that are not where their files say. */
static unsigned long relative_relocations(void) {
    unsigned long sum = 0;
    for (long id = 0; id < NAMESPACE_COUNT; ++id) {
        const struct object *first = namespace_at(id)->first;
        for (size_t i = 0; first != NULL && i < first->search.count; ++i)
            if (first->search.objects[i]->base != 0)
                sum += first->search.objects[i]->dynamic.relative_count;
    }
    return sum;
}

void statistics_print(void) {
    if (!debug_wants(DEBUG_STATISTICS))
        return;
    statistics_enter(STATISTICS_REST);
    debug_print("\nruntime linker statistics:\n"
                "  total startup time in dynamic loader: %llu cycles\n",
                total());
    print_part("            time needed for relocation", STATISTICS_RELOCATION);
    debug_print("                 number of relocations: %lu\n"
                "      number of relocations from cache: %lu\n"
                "        number of relative relocations: %lu\n",
                lookup_counts.asked, lookup_counts.repeated, relative_relocations());
    print_part("           time needed to load objects", STATISTICS_LOADING);
}

void statistics_print_final(void) {
    if (debug_wants(DEBUG_STATISTICS))
        debug_print("\nruntime linker statistics:\n"
                    "           final number of relocations: %lu\n"
                    "final number of relocations from cache: %lu\n",
                    lookup_counts.asked, lookup_counts.repeated);
}
