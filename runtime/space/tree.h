/* A B+tree that divides the whole address space into ranges and knows the largest free one below
 * each node.
 *
 * Every address lies in exactly one range; free space is a range like any other, and two free
 * ranges never touch. A range is two words: its start, whose low twelve bits hold what it is (its
 * attributes), and its origin. Where it ends is where the next one starts. Knows nothing of the
 * kernel, of locks or of policy: the caller holds the lock and sees to it that nodes are there
 * (arena_ready). */
#ifndef WINE_LD_SPACE_TREE_H
#define WINE_LD_SPACE_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "space/arena.h"

/* The attributes of a range. The low four bits are an enum space_kind, 0: free. */
enum {
    RANGE_KIND = 0xf,
    RANGE_PROT_SHIFT = 4, /* PROT_READ, PROT_WRITE, PROT_EXEC */
    RANGE_PROT = 7 << RANGE_PROT_SHIFT,
    RANGE_SHARED = 1 << 7,
    RANGE_ANONYMOUS = 1 << 8,
    RANGE_GROWS = 1 << 9, /* MAP_GROWSDOWN: its start may be lower than we know */
    RANGE_HUGE = 1 << 10, /* MAP_HUGETLB */
    RANGE_HEAD = 1 << 11, /* first piece of an allocation: never joined to what lies below it */
    RANGE_ATTRIBUTES = 0xfff,
};

struct range {
    uintptr_t start, end;
    uintptr_t attributes;
    uintptr_t origin; /* owner of an image, else the caller that asked for it */
};

/* The end of the last range: the tree covers [0, TREE_END). */
#define TREE_END (~(uintptr_t)RANGE_ATTRIBUTES)

/* A way down: the node and the slot taken on each level, the leaf on level 0. */
enum { TREE_LEVELS = 9 };
struct tree_path {
    struct node *node[TREE_LEVELS];
    unsigned slot[TREE_LEVELS];
    uintptr_t low, limit; /* what the leaf covers */
};

/* What the last search downwards has shown: no free range of `size` bytes starts in [from, limit).
 * One for each class of sizes, so that small requests do not spoil it for large ones. */
enum { TREE_CLASSES = 3 };
struct tree_top {
    uintptr_t from, limit;
    size_t size;
};

/* What the last search upwards in vain has shown: no free range of `size` bytes ends above
 * `from`. */
struct tree_rest {
    uintptr_t from;
    size_t size;
};

struct tree {
    struct arena arena;
    struct node *root;
    unsigned height; /* levels above the leaves */
    bool remembered; /* `last` is a valid way down */
    struct tree_path last;
    struct range draft; /* put into a hole, but not into the nodes yet; end 0: none */
    bool changed;       /* the nodes, since somebody who remembers something of them cleared it */
    uint32_t rests;     /* by kind and RANGE_ANONYMOUS: see tree_has_rest */
    struct tree_top top[TREE_CLASSES];
    struct tree_rest rest[TREE_CLASSES];
};

/* The bit of a range's kind in `rests`. */
static inline uint32_t tree_rest_bit(uintptr_t attributes) {
    return 1U << ((attributes & RANGE_KIND) | ((attributes & RANGE_ANONYMOUS) != 0 ? 16U : 0U));
}
/* Whether a range with these attributes was ever cut, so that there was a rest above. */
static inline bool tree_has_rest(const struct tree *tree, uintptr_t attributes) {
    return (tree->rests & tree_rest_bit(attributes)) != 0;
}

/* How many nodes one call of tree_assign can take: two ranges, and each may split every level. */
static inline size_t tree_nodes_per_assign(const struct tree *tree) {
    return 2 * ((size_t)tree->height + 2);
}

/* Empties the tree: one free range. The arena must have a node. */
void tree_init(struct tree *tree);

/* The range that holds `address`. */
struct range tree_find(struct tree *tree, uintptr_t address);

/* Makes [start, end) one range with these attributes and this origin, whatever was there before,
 * and joins it to its neighbours where that loses nothing. Both are page-aligned, start < end. */
void tree_assign(struct tree *tree, const struct range *range);

/* Like tree_assign for a part of a free range that begins an allocation (RANGE_HEAD). It is entered
 * into the nodes only when something else is asked of the tree than to take it back, since most
 * mappings go as they came; until then the nodes that tree_assign may take must stay there. */
void tree_put(struct tree *tree, const struct range *range);

/* Makes [start, end) free again if it was put there last, and nothing was asked of the tree since.
 * False: nothing was done. */
static inline bool tree_take_back(struct tree *tree, uintptr_t start, uintptr_t end) {
    if (tree->draft.end != end || tree->draft.start != start)
        return false;
    tree->draft.end = 0;
    return true;
}

/* Enters what was put somewhere into the nodes. */
void tree_settle_slowly(struct tree *tree);
static inline void tree_settle(struct tree *tree) {
    if (tree->draft.end != 0)
        tree_settle_slowly(tree);
}

/* Whether all is as it was when `changed` was cleared. */
static inline bool tree_is_unchanged(const struct tree *tree) {
    return !tree->changed && tree->draft.end == 0;
}

/* Makes [start, end) free and joins it to free neighbours, if it is one range and not free, nor
 * `except` in kind and RANGE_ANONYMOUS. False: nothing was done; that may take tree_assign. */
bool tree_melt(struct tree *tree, uintptr_t start, uintptr_t end, uintptr_t except);

/* Gives the part [start, end) of one range that is not free, nor `except` (tree_melt), another
 * protection, where that neither cuts the range nor joins it to another: so also where it has it
 * already. `attributes`: the bits of RANGE_PROT. False: nothing was done; that may take
 * tree_assign. */
bool tree_recolour(struct tree *tree, uintptr_t start, uintptr_t end, uintptr_t attributes,
                   uintptr_t except);

/* Whether `high`, which starts where `low` ends, says nothing that `low` does not say. */
bool tree_joins(uintptr_t low, uintptr_t low_origin, uintptr_t high, uintptr_t high_origin);

/* The highest free range of at least `size` bytes that starts below `limit`; false: none. */
bool tree_free_below(struct tree *tree, uintptr_t limit, size_t size, struct range *found);

/* The next one below the range `hole` that is smaller than `below` bytes, too. Those that are not
 * are counted down from `*left`; where that comes to 0 the last of them is found. Quickest when
 * `hole` was found last. Nothing is remembered of this search. */
bool tree_next_below(struct tree *tree, const struct range *hole, size_t size, size_t below,
                     unsigned *left, struct range *found);

/* The lowest free range of at least `size` bytes that ends above `start`; false: none. */
bool tree_free_above(struct tree *tree, uintptr_t start, size_t size, struct range *found);

/* Nodes in use, each NODE_SIZE bytes. */
size_t tree_nodes(const struct tree *tree);

#endif
