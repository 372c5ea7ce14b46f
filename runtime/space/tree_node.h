/* The nodes of the tree: finding the way to an address, making room, closing it. Private to
 * tree*.c. */
#ifndef WINE_LD_SPACE_TREE_NODE_H
#define WINE_LD_SPACE_TREE_NODE_H

#include "space/tree.h"

/* Columns. KEY: the start of a range with its attributes; in an inner node the lowest address below
 * a child, which slot 0 does not keep. ROOM: no free range below the child is larger than this; it
 * may well be smaller. */
enum { KEY = 0, ORIGIN = LEAF_SLOTS, ROOM = INNER_SLOTS, CHILD = 2 * INNER_SLOTS };

static inline uintptr_t page_of(uintptr_t word) {
    return word & ~(uintptr_t)RANGE_ATTRIBUTES;
}

static inline unsigned node_slots(unsigned level) {
    return level == 0 ? (unsigned)LEAF_SLOTS : (unsigned)INNER_SLOTS;
}

static inline struct node *node_child(const struct node *node, unsigned slot) {
    return (struct node *)node->word[CHILD + slot];
}

/* The end of the range in `slot` of the path's leaf. */
static inline uintptr_t path_end(const struct tree_path *path, unsigned slot) {
    const struct node *leaf = path->node[0];
    return slot + 1 < leaf->count ? page_of(leaf->word[KEY + slot + 1]) : path->limit;
}

/* Whether the range in `slot` of the path's leaf holds `address`. */
static inline bool path_holds(const struct tree_path *path, unsigned slot, uintptr_t address) {
    return slot < path->node[0]->count && address >= page_of(path->node[0]->word[KEY + slot]) &&
           address < path_end(path, slot);
}

/* tree_seek, when the last way does not lead there. */
struct tree_path *tree_seek_slowly(struct tree *tree, uintptr_t address);

/* The way to the range that holds `address`; valid until the next call of any function here. */
static inline struct tree_path *tree_seek(struct tree *tree, uintptr_t address) {
    struct tree_path *path = &tree->last;
    tree_settle(tree);
    return tree->remembered && path_holds(path, path->slot[0], address)
               ? path
               : tree_seek_slowly(tree, address);
}

/* Computes what the leaf of a path covers from the keys above it. */
void path_measure(const struct tree *tree, struct tree_path *path);

/* [start, end), in the leaf of the path, has become one free range. */
void tree_freed(struct tree *tree, const struct tree_path *path, uintptr_t start, uintptr_t end);

/* Replaces `remove` slots from `at` on by `add` slots of undefined contents. */
void node_shift(struct node *node, unsigned level, size_t at, size_t remove, size_t add);

/* The same for the usual changes of a leaf: `add` slots come in at `at`, `remove` slots go. */
static inline void leaf_open(struct node *leaf, size_t at, size_t add) {
    for (uintptr_t *word = leaf->word + leaf->count; word-- > leaf->word + at;) {
        word[KEY + add] = word[KEY];
        word[ORIGIN + add] = word[ORIGIN];
    }
    leaf->count += add;
}
static inline void leaf_close(struct node *leaf, size_t at, size_t remove) {
    leaf->count -= remove;
    const uintptr_t *end = leaf->word + leaf->count;
    for (uintptr_t *word = leaf->word + at; word < end; ++word) {
        word[KEY] = word[KEY + remove];
        word[ORIGIN] = word[ORIGIN + remove];
    }
}

/* Inserts a range behind the path's slot; the path then leads to it. */
void tree_insert(struct tree *tree, struct tree_path *path, uintptr_t word, uintptr_t origin);

/* Erases the range at the path's slot, so that the one below it takes its space. Ends the path. */
void tree_erase(struct tree *tree, struct tree_path *path);

#endif
