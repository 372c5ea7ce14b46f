/* The tree against a model that keeps one value per page: random assignments, every range and every
 * search for free space compared. Usage: tree_test [operations] [seed] */
#include <string.h>

#include "check.h"
#include "space/tree.h"

enum { PAGES = 20000, PAGE = 4096, KINDS = 5 };
/* The model: attributes and origin of each page; a page with RANGE_HEAD begins an allocation. */
static struct {
    uintptr_t attributes, origin;
} model[PAGES];
static struct tree tree;
/* Whether all beyond the last page is mapped; else it is free. */
static bool closed;
static struct node memory[4096];
static unsigned undone;     /* times that all was as before */
static unsigned recoloured; /* pages whose protection was changed in place */

static int joined(int page) {
    return tree_joins(model[page - 1].attributes, model[page - 1].origin, model[page].attributes,
                      model[page].origin);
}

static void assign(unsigned first, unsigned count, uintptr_t attributes, uintptr_t origin) {
    struct range range = {first * (uintptr_t)PAGE, (first + count) * (uintptr_t)PAGE, attributes,
                          origin};
    tree_assign(&tree, &range);
    for (unsigned i = first; i < first + count; ++i) {
        model[i].attributes = i == first ? attributes : attributes & ~(uintptr_t)RANGE_HEAD;
        model[i].origin = origin;
    }
}

/* Frees a range as a whole, if it is one. */
static void melt(unsigned first, unsigned end) {
    uintptr_t except = 1 + first % 2;
    bool usual = model[first].attributes != 0 && (model[first].attributes & RANGE_KIND) != except;
    bool done = tree_melt(&tree, first * (uintptr_t)PAGE, end * (uintptr_t)PAGE, except);
    CHECK(usual || !done, "page %u: %lx melts", first, (long)model[first].attributes);
    for (unsigned i = first; done && i < end; ++i)
        model[i].attributes = model[i].origin = 0;
}

/* Gives a part of a range another protection, if it is one range then. */
static void recolour(unsigned first, unsigned count, uintptr_t prot) {
    uintptr_t mask = RANGE_PROT, attributes = prot << RANGE_PROT_SHIFT;
    bool done = tree_recolour(&tree, first * (uintptr_t)PAGE, (first + count) * (uintptr_t)PAGE,
                              attributes, 3);
    CHECK(!done || (model[first].attributes & RANGE_KIND) % 3 != 0, "page %u: %lx has a protection",
          first, (long)model[first].attributes);
    for (unsigned i = first; done && i < first + count; ++i) {
        CHECK(i == first || (model[i].attributes & RANGE_HEAD) == 0, "page %u: two at once", i);
        recoloured += (model[i].attributes & mask) != attributes;
        model[i].attributes = (model[i].attributes & ~mask) | attributes;
    }
}

static void put(unsigned first, unsigned end) {
    struct range range = {first * (uintptr_t)PAGE, end * (uintptr_t)PAGE, 3 | RANGE_HEAD, 1};
    tree_put(&tree, &range);
    for (unsigned i = first; i < end; ++i) {
        model[i].attributes = i == first ? range.attributes : 3;
        model[i].origin = 1;
    }
}

/* Ranges of the model: maximal runs that may be joined. */
static unsigned run_end(unsigned first) {
    unsigned end = first + 1;
    while (end < PAGES && joined((int)end))
        ++end;
    return end;
}

/* `last`: it was put there last. */
static void take_back(unsigned first, unsigned end, int last) {
    int taken = tree_take_back(&tree, first * (uintptr_t)PAGE, end * (uintptr_t)PAGE);
    CHECK(taken == last, "page %u: taken back: %d", first, taken);
    if (!taken)
        melt(first, end);
    for (unsigned i = first; taken && i < end; ++i)
        model[i].attributes = model[i].origin = 0;
}

/* Whether the run that begins at a page is free and long enough; beyond the last page all is free.
 */
static int fits(unsigned page, unsigned wanted) {
    return model[page].attributes == 0 &&
           ((run_end(page) == PAGES && !closed) || run_end(page) - page >= wanted);
}

/* Something is put into a hole and taken away again, with something else happening in between, or
 * only asked, or neither. What is unchanged must be equal ranges, and what was put there last is
 * taken back. */
static void put_and_take(uint64_t *seed) {
    static typeof(model) before;
    unsigned first = (unsigned)chance_below(seed, PAGES - 10),
             end = first + 1 + (unsigned)chance_below(seed, 8);
    struct range hole = tree_find(&tree, first * (uintptr_t)PAGE);
    if (hole.attributes != 0 || hole.end < end * (uintptr_t)PAGE)
        return;
    memcpy(before, model, sizeof model);
    tree.changed = false;
    put(first, end);
    CHECK(!tree_is_unchanged(&tree), "page %u: something was put there, and nothing changed",
          first);
    enum { NOTHING, ASKED, ASSIGNED, LEFT } between = (int)chance_below(seed, 4);
    if (between == ASSIGNED)
        assign((unsigned)chance_below(seed, PAGES - 10), 1, chance_below(seed, 2), 0);
    else if (between == ASKED)
        tree_find(&tree, chance_below(seed, PAGES) * (uintptr_t)PAGE);
    if (between != LEFT && model[first].attributes != 0 && run_end(first) == end)
        take_back(first, end, between == NOTHING);
    CHECK(!tree_is_unchanged(&tree) || memcmp(before, model, sizeof model) == 0,
          "page %u: not the same", first);
    undone += tree_is_unchanged(&tree);
}

static void compare_ranges(void) {
    unsigned page = 0;
    while (page < PAGES) {
        struct range range = tree_find(&tree, page * (uintptr_t)PAGE);
        unsigned end = run_end(page);
        uintptr_t expected_end = end == PAGES && !closed ? range.end : end * (uintptr_t)PAGE;
        CHECK(range.start == page * (uintptr_t)PAGE, "page %u: start %lx", page, (long)range.start);
        CHECK(range.end == expected_end, "page %u: end %lx, not %lx", page, (long)range.end,
              (long)expected_end);
        CHECK(range.attributes == model[page].attributes, "page %u: attributes %lx, not %lx", page,
              (long)range.attributes, (long)model[page].attributes);
        CHECK(range.origin == model[page].origin, "page %u: origin", page);
        page = end;
    }
}

/* The holes below one: the nearest that is smaller than `below`, or the last of so many that are not. */
static void compare_next(const struct range *hole, unsigned wanted, uint64_t *seed) {
    static unsigned holes[PAGES];
    unsigned count = 0, first = (unsigned)(hole->start / PAGE);
    unsigned below = (unsigned)chance_below(seed, 60), left = 1 + (unsigned)chance_below(seed, 8), turn = left;
    for (unsigned page = 0; page < first; page = run_end(page))
        if (fits(page, wanted))
            holes[count++] = page;
    while (count > 0 && run_end(holes[count - 1]) - holes[count - 1] >= below && --turn > 0)
        --count;
    struct range found;
    int got = tree_next_below(&tree, hole, wanted * (size_t)PAGE, below * (size_t)PAGE, &left, &found);
    CHECK(got == (count > 0), "next below page %u, %u pages: %d", first, wanted, got);
    CHECK(!got || found.start == holes[count - 1] * (uintptr_t)PAGE, "next below page %u: %lx", first,
          (long)found.start);
    CHECK(left == turn, "next below page %u: %u left, not %u", first, left, turn);
}

static void compare_searches(uint64_t *seed) {
    /* The same limit again and again, as zones have it, or any. */
    unsigned any = 1 + (unsigned)chance_below(seed, PAGES - 1),
             limit = any % 3 == 0 ? any : PAGES / 2;
    unsigned wanted = 1 + (unsigned)chance_below(seed, 40);
    struct range found;
    unsigned best = PAGES;
    for (unsigned page = 0; page < limit; page = run_end(page))
        if (fits(page, wanted))
            best = page;
    int got = tree_free_below(&tree, limit * (uintptr_t)PAGE, wanted * (size_t)PAGE, &found);
    CHECK(got == (best < PAGES), "below %u, %u pages: %d", limit, wanted, got);
    CHECK(!got || found.start == best * (uintptr_t)PAGE, "below %u: %lx", limit, (long)found.start);
    if (got)
        compare_next(&found, wanted, seed);
    for (best = 0; best < PAGES; best = run_end(best))
        if (run_end(best) > limit && fits(best, wanted))
            break;
    got = tree_free_above(&tree, limit * (uintptr_t)PAGE, wanted * (size_t)PAGE, &found);
    CHECK(got == (best < PAGES || !closed), "above %u, %u pages: %d", limit, wanted, got);
    CHECK(best == PAGES || found.start == best * (uintptr_t)PAGE, "above %u: %lx, not page %u",
          limit, (long)found.start, best);
}

int main(int argc, char **argv) {
    long operations = argc > 1 ? atol(argv[1]) : 200000;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
    size_t most = 0;
    arena_add(&tree.arena, memory, sizeof memory);
    tree_init(&tree);
    for (long i = 0; i < operations; ++i) {
        /* Thousands of single pages for a while, then large pieces that sweep them away. */
        unsigned longest = i / 30000 % 2 == 0 ? 2 : chance_below(&seed, 50) == 0 ? 2000 : 60;
        unsigned count = 1 + (unsigned)chance_below(&seed, longest);
        unsigned first = (unsigned)chance_below(&seed, PAGES - count - 1);
        uintptr_t kind = chance_below(&seed, 3) == 0 ? 0 : chance_below(&seed, KINDS);
        uintptr_t head = kind != 0 && chance_below(&seed, 2) == 0 ? RANGE_HEAD : 0;
        if (kind == 0 && first > 0 && !joined((int)first))
            melt(first, run_end(first));
        else
            assign(first, count, kind | head, kind == 0 ? 0 : chance_below(&seed, 2));
        if (i % 500 == 0)
            compare_ranges();
        if (model[first].attributes != 0 && (first == 0 || !joined((int)first))) {
            unsigned whole = run_end(first) - first;
            recolour(first,
                     chance_below(&seed, 4) == 0 ? 1 + (unsigned)chance_below(&seed, whole) : whole,
                     chance_below(&seed, 2));
        }
        if (i % 64 == 0)
            put_and_take(&seed);
        if (i == operations / 2) {
            struct range beyond = {PAGES * (uintptr_t)PAGE, TREE_END, 2 | RANGE_HEAD, 0};
            tree_assign(&tree, &beyond);
            closed = true;
        }
        if (i % 16 == 0)
            compare_searches(&seed);
        most = tree_nodes(&tree) > most ? tree_nodes(&tree) : most;
    }
    compare_ranges();
    CHECK(recoloured > 0, "in %ld operations no protection was changed in place", operations);
    CHECK(undone > 0, "in %ld operations nothing was taken back", operations);
    printf("%ld operations, %zu nodes at most, %zu at the end\n", operations, most,
           tree_nodes(&tree));
    return 0;
}
