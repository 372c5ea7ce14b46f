/* Free space in the tree: the next free range of a size, downwards or upwards. Knows the bounds
 * kept above each child, and makes them exact where they misled it. */
#include "space/tree_node.h"

/* Slots run with `step`: up with 1, down with -1, where slot -1 is beyond every count. */
enum { UP = 1, DOWN = -1 };

/* The classes of sizes that searches are remembered for. */
enum { MEDIUM = 64 << 10, LARGE = 1 << 20 };

/* What is looked for: `size` bytes or more, in a range smaller than `below`, or else in the
 * `left`-th. */
struct wish {
    size_t size, below;
    unsigned left;
};

static unsigned class_of(size_t size) {
    return size < MEDIUM ? 0 : size < LARGE ? 1 : 2;
}

static unsigned first_slot(const struct node *node, int step) {
    return step == UP ? 0 : (unsigned)node->count - 1;
}

/* The first free range of the leaf from the path's slot on that is wished for. */
static bool search_leaf(struct tree_path *path, struct wish *wish, int step, struct range *found) {
    const struct node *leaf = path->node[0];
    for (unsigned slot = path->slot[0]; slot < leaf->count; slot += (unsigned)step) {
        uintptr_t word = leaf->word[KEY + slot], size = path_end(path, slot) - page_of(word);
        if ((word & RANGE_KIND) == 0 && size >= wish->size &&
            (size < wish->below || --wish->left == 0)) {
            path->slot[0] = slot;
            *found = (struct range){page_of(word), path_end(path, slot), 0, 0};
            return true;
        }
    }
    return false;
}

/* The next slot of an inner node, beginning with `slot`, below which there may be room. */
static unsigned search_inner(const struct node *node, unsigned slot, size_t size, int step) {
    while (slot < node->count && node->word[ROOM + slot] < size)
        slot += (unsigned)step;
    return slot;
}

/* The size of the largest free range of a leaf, the largest bound of an inner node. */
static uintptr_t room_of(const struct tree_path *path, unsigned level) {
    const struct node *node = path->node[level];
    uintptr_t largest = 0;
    for (unsigned slot = 0; slot < node->count; ++slot) {
        uintptr_t word = node->word[KEY + slot];
        uintptr_t room = level > 0                  ? node->word[ROOM + slot]
                         : (word & RANGE_KIND) == 0 ? path_end(path, slot) - page_of(word)
                                                    : 0;
        largest = room > largest ? room : largest;
    }
    return largest;
}

/* Goes down from `level` to the nearest leaf with room. Returns 0, or the level on which a bound
 * turned out to be too large, made exact. */
static unsigned descend(struct tree *tree, struct tree_path *path, unsigned level,
                        struct wish *wish, int step, struct range *found) {
    for (; level > 0; --level) {
        struct node *node = node_child(path->node[level], path->slot[level]);
        unsigned slot = first_slot(node, step);
        path->node[level - 1] = node;
        path->slot[level - 1] = level > 1 ? search_inner(node, slot, wish->size, step) : slot;
        if (level == 1)
            path_measure(tree, path);
        if (level > 1 ? path->slot[level - 1] >= node->count
                      : !search_leaf(path, wish, step, found)) {
            path->node[level]->word[ROOM + path->slot[level]] = room_of(path, level - 1);
            return level;
        }
    }
    return 0;
}

/* From the path's slot on, which may be one beyond the leaf's. */
static bool search_from(struct tree *tree, struct tree_path *path, struct wish *wish, int step,
                        struct range *found) {
    if (search_leaf(path, wish, step, found))
        return true;
    for (unsigned level = 1; level <= tree->height;) {
        const struct node *node = path->node[level];
        unsigned slot = search_inner(node, path->slot[level] + (unsigned)step, wish->size, step);
        if (slot >= node->count) {
            ++level;
            continue;
        }
        path->slot[level] = slot;
        level = descend(tree, path, level, wish, step, found);
        if (level == 0)
            return true;
    }
    tree->remembered = false;
    return false;
}

static bool search(struct tree *tree, uintptr_t address, size_t size, int step,
                   struct range *found) {
    struct wish any = {size, 0, 1};
    return search_from(tree, tree_seek(tree, address), &any, step, found);
}

bool tree_free_below(struct tree *tree, uintptr_t limit, size_t size, struct range *found) {
    struct tree_top *top = &tree->top[class_of(size)];
    bool known = top->limit == limit && size >= top->size;
    uintptr_t from = known ? top->from : limit;
    if (from == 0 || !search(tree, from - 1, size, DOWN, found))
        return false;
    if (found->end <= limit && (!known || size == top->size))
        *top = (struct tree_top){found->end, limit, size};
    return true;
}

bool tree_next_below(struct tree *tree, const struct range *hole, size_t size, size_t below,
                     unsigned *left, struct range *found) {
    struct wish wish = {size, below, *left};
    struct tree_path *path = tree_seek(tree, hole->start);
    --path->slot[0];
    bool any = search_from(tree, path, &wish, DOWN, found);
    *left = wish.left;
    return any;
}

bool tree_free_above(struct tree *tree, uintptr_t start, size_t size, struct range *found) {
    struct tree_rest *rest = &tree->rest[class_of(size)];
    if (start >= TREE_END || (start >= rest->from && size >= rest->size))
        return false;
    bool any = search(tree, start, size, UP, found);
    if (!any)
        *rest = (struct tree_rest){start, size};
    return any;
}
