/* Ranges in a B+tree: assigning a value to any part of the address space. Knows which ranges may be
 * joined; does not know what their kinds mean, save that 0 is free. */
#include "space/tree.h"

#include "space/tree_node.h"

void tree_init(struct tree *tree) {
    tree->root = arena_take(&tree->arena);
    tree->root->count = 1;
    tree->root->word[KEY] = 0;
    tree->root->word[ORIGIN] = 0;
    tree->height = 0;
    tree->remembered = false;
    for (unsigned class = 0; class < TREE_TOPS; ++class)
        tree->top[class] = (struct tree_top){0, 0, 0};
}

size_t tree_nodes(const struct tree *tree) {
    return tree->arena.used_count;
}

struct range tree_find(struct tree *tree, uintptr_t address) {
    struct tree_path *path = tree_seek(tree, address);
    unsigned slot = path->slot[0];
    uintptr_t word = path->node[0]->word[KEY + slot];
    return (struct range){
        .start = page_of(word),
        .end = path_end(path, slot),
        .attributes = word & RANGE_ATTRIBUTES,
        .origin = path->node[0]->word[ORIGIN + slot],
    };
}

bool tree_joins(uintptr_t low, uintptr_t low_origin, uintptr_t high, uintptr_t high_origin) {
    return (high & RANGE_HEAD) == 0 && low_origin == high_origin &&
           ((low ^ high) & (RANGE_ATTRIBUTES & ~RANGE_HEAD)) == 0;
}

/* What assigning a range does to one leaf: slots [from, from + removed) give way to at most two. */
struct splice {
    unsigned from, removed, added;
    uintptr_t word[2], origin[2];
};

/* Works out the splice; false when it, or a neighbour it might join, reaches beyond the leaf. */
static bool plan_splice(const struct tree_path *path, const struct range *range,
                        struct splice *splice) {
    const uintptr_t *key = path->node[0]->word + KEY, *origin = path->node[0]->word + ORIGIN;
    unsigned count = (unsigned)path->node[0]->count, first = path->slot[0], last = first;
    uintptr_t word = range->start | range->attributes;
    while (path_end(path, last) < range->end)
        if (++last == count)
            return false;
    unsigned from = page_of(key[first]) < range->start ? first + 1 : first;
    bool rest = path_end(path, last) > range->end;
    if (from == 0 || (!rest && last + 1 == count))
        return false;
    uintptr_t rest_word = range->end | (key[last] & (RANGE_ATTRIBUTES & ~RANGE_HEAD));
    splice->from = from;
    splice->added = 0;
    if (!tree_joins(key[from - 1], origin[from - 1], word, range->origin)) {
        splice->word[0] = word;
        splice->origin[0] = range->origin;
        splice->added = 1;
    }
    splice->removed = last + 1 - from;
    if (rest && !tree_joins(word, range->origin, rest_word, origin[last])) {
        splice->word[splice->added] = rest_word;
        splice->origin[splice->added++] = origin[last];
    } else if (!rest && tree_joins(word, range->origin, key[last + 1], origin[last + 1])) {
        ++splice->removed;
    }
    return count + splice->added - splice->removed <= LEAF_SLOTS;
}

/* The commonest assignment: a mapping takes one end of a hole. One slot is added. */
static bool cut_hole(struct node *leaf, unsigned slot, const struct range *range) {
    uintptr_t *key = leaf->word + KEY, *origin = leaf->word + ORIGIN;
    uintptr_t word = range->start | range->attributes, hole = key[slot];
    if (slot + 1 >= leaf->count || leaf->count == LEAF_SLOTS || (hole & RANGE_KIND) != 0 ||
        (word & RANGE_HEAD) == 0)
        return false;
    bool at_start = page_of(hole) == range->start, at_end = page_of(key[slot + 1]) == range->end;
    if (at_start == at_end || page_of(key[slot + 1]) < range->end ||
        (at_end && tree_joins(word, range->origin, key[slot + 1], origin[slot + 1])))
        return false;
    node_shift(leaf, 0, slot + 1, 0, 1);
    key[slot] = at_start ? word : hole;
    key[slot + 1] = at_start ? range->end | (hole & RANGE_ATTRIBUTES) : word;
    origin[slot] = at_start ? range->origin : origin[slot];
    origin[slot + 1] = at_start ? 0 : range->origin;
    return true;
}

/* The commonest one after that: a mapping beside one hole becomes free. One slot goes. */
static bool melt_into_hole(struct tree *tree, struct tree_path *path, const struct range *range) {
    struct node *leaf = path->node[0];
    uintptr_t *key = leaf->word + KEY;
    unsigned slot = path->slot[0];
    if (slot == 0 || slot + 1 >= leaf->count || (range->attributes & RANGE_KIND) != 0 ||
        page_of(key[slot]) != range->start || page_of(key[slot + 1]) != range->end)
        return false;
    bool below = (key[slot - 1] & RANGE_KIND) == 0, above = (key[slot + 1] & RANGE_KIND) == 0;
    if (below == above)
        return false;
    if (above) {
        key[slot] = range->start | range->attributes;
        leaf->word[ORIGIN + slot] = range->origin;
        node_shift(leaf, 0, slot + 1, 1, 0);
    } else {
        node_shift(leaf, 0, slot, 1, 0);
        path->slot[0] = --slot;
    }
    tree_freed(tree, path, page_of(key[slot]), path_end(path, slot));
    return true;
}

/* Assigns within one leaf, which is nearly always possible. */
static bool assign_in_leaf(struct tree *tree, struct tree_path *path, const struct range *range) {
    struct splice splice;
    struct node *leaf = path->node[0];
    if (cut_hole(leaf, path->slot[0], range) || melt_into_hole(tree, path, range))
        return true;
    if (!plan_splice(path, range, &splice))
        return false;
    node_shift(leaf, 0, splice.from, splice.removed, splice.added);
    for (unsigned i = 0; i < splice.added; ++i) {
        leaf->word[KEY + splice.from + i] = splice.word[i];
        leaf->word[ORIGIN + splice.from + i] = splice.origin[i];
    }
    if ((range->attributes & RANGE_KIND) == 0) {
        bool joined = splice.added == 0 || page_of(splice.word[0]) != range->start;
        unsigned slot = joined ? splice.from - 1 : splice.from;
        tree_freed(tree, path, page_of(leaf->word[KEY + slot]), path_end(path, slot));
    }
    return true;
}

/* Makes a range start at `address`. */
static void divide(struct tree *tree, uintptr_t address) {
    struct tree_path *path = tree_seek(tree, address);
    unsigned slot = path->slot[0];
    uintptr_t word = path->node[0]->word[KEY + slot];
    if (page_of(word) != address)
        tree_insert(tree, path, address | (word & (RANGE_ATTRIBUTES & ~RANGE_HEAD)),
                    path->node[0]->word[ORIGIN + slot]);
}

/* Joins the range that starts at `address` to the one below it if it may be. */
static void join(struct tree *tree, uintptr_t address) {
    if (address == 0 || address == TREE_END)
        return;
    struct range low = tree_find(tree, address - 1), high = tree_find(tree, address);
    if (high.start == address &&
        tree_joins(low.attributes, low.origin, high.attributes, high.origin))
        tree_erase(tree, tree_seek(tree, address));
}

static void assign_across(struct tree *tree, const struct range *range) {
    if (range->end != TREE_END)
        divide(tree, range->end);
    divide(tree, range->start);
    for (struct range first = tree_find(tree, range->start); first.end != range->end;
         first = tree_find(tree, range->start))
        tree_erase(tree, tree_seek(tree, first.end));
    struct tree_path *path = tree_seek(tree, range->start);
    path->node[0]->word[KEY + path->slot[0]] = range->start | range->attributes;
    path->node[0]->word[ORIGIN + path->slot[0]] = range->origin;
    join(tree, range->end);
    join(tree, range->start);
    if ((range->attributes & RANGE_KIND) == 0) {
        struct range whole = tree_find(tree, range->start);
        tree_freed(tree, tree_seek(tree, range->start), whole.start, whole.end);
    }
}

void tree_assign(struct tree *tree, const struct range *range) {
    if (!assign_in_leaf(tree, tree_seek(tree, range->start), range))
        assign_across(tree, range);
}
