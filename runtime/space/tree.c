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
    tree->draft = (struct range){0, 0, 0, 0};
    tree->changed = true;
    tree->rests = 0;
    for (unsigned class = 0; class < TREE_CLASSES; ++class) {
        tree->top[class] = (struct tree_top){0, 0, 0};
        tree->rest[class] = (struct tree_rest){UINTPTR_MAX, 0};
    }
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

/* What assigning a range does to one leaf: slots [from, from + removed) give way to the range,
 * unless it is joined to what lies below, and to a rest of what was there. */
struct splice {
    unsigned from, removed;
    bool own, rest;
    uintptr_t rest_word, rest_origin;
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
    splice->rest_word = range->end | (key[last] & (RANGE_ATTRIBUTES & ~RANGE_HEAD));
    splice->rest_origin = origin[last];
    splice->from = from;
    splice->own = !tree_joins(key[from - 1], origin[from - 1], word, range->origin);
    splice->removed = last + 1 - from;
    splice->rest = rest && !tree_joins(word, range->origin, splice->rest_word, splice->rest_origin);
    if (!rest && tree_joins(word, range->origin, key[last + 1], origin[last + 1]))
        ++splice->removed;
    return count + splice->own + splice->rest - splice->removed <= LEAF_SLOTS;
}

/* The commonest assignment: a mapping is cut out of a hole. */
static bool cut_hole(struct tree_path *path, const struct range *range) {
    struct node *leaf = path->node[0];
    uintptr_t *key = leaf->word + KEY, *origin = leaf->word + ORIGIN;
    unsigned slot = path->slot[0];
    uintptr_t word = range->start | range->attributes, hole = key[slot], end = path_end(path, slot);
    if ((hole & RANGE_KIND) != 0 || (word & RANGE_HEAD) == 0 || end < range->end ||
        leaf->count + 2 > LEAF_SLOTS)
        return false;
    unsigned below = page_of(hole) != range->start, above = end != range->end;
    if (!above && (slot + 1 == leaf->count ||
                   tree_joins(word, range->origin, key[slot + 1], origin[slot + 1])))
        return false;
    leaf_open(leaf, slot + 1, below + above);
    slot += below;
    key[slot] = word;
    origin[slot] = range->origin;
    if (above) {
        key[slot + 1] = range->end | (hole & RANGE_ATTRIBUTES);
        origin[slot + 1] = 0;
    }
    path->slot[0] = slot;
    return true;
}

bool tree_melt(struct tree *tree, uintptr_t start, uintptr_t end, uintptr_t except) {
    struct tree_path *path = tree_seek(tree, start);
    struct node *leaf = path->node[0];
    uintptr_t *key = leaf->word + KEY;
    unsigned slot = path->slot[0];
    if (slot == 0 || slot + 1 >= leaf->count || page_of(key[slot]) != start ||
        page_of(key[slot + 1]) != end || (key[slot] & RANGE_KIND) == 0 ||
        ((key[slot] ^ except) & (RANGE_KIND | RANGE_ANONYMOUS)) == 0)
        return false;
    unsigned below = (key[slot - 1] & RANGE_KIND) == 0, above = (key[slot + 1] & RANGE_KIND) == 0;
    slot -= below;
    leaf_close(leaf, slot + 1, below + above);
    start = page_of(key[slot]);
    end = path_end(path, slot);
    key[slot] = start;
    leaf->word[ORIGIN + slot] = 0;
    path->slot[0] = slot;
    tree_freed(tree, path, start, end);
    tree->changed = true;
    return true;
}

/* The next commonest: a mapping grows or shrinks at its end, a hole with it. Only the boundary
 * between two ranges moves. */
static bool move_boundary(struct tree *tree, struct tree_path *path, const struct range *range) {
    struct node *leaf = path->node[0];
    uintptr_t *key = leaf->word + KEY, *origin = leaf->word + ORIGIN;
    unsigned slot = path->slot[0];
    uintptr_t word = range->start | range->attributes, old = key[slot], end = path_end(path, slot);
    if (slot == 0 || slot + 1 >= leaf->count || end < range->end ||
        (page_of(old) == range->start) == (end == range->end))
        return false;
    bool upwards = page_of(old) == range->start;
    uintptr_t rest = range->end | (old & (RANGE_ATTRIBUTES & ~RANGE_HEAD));
    if (upwards && tree_joins(key[slot - 1], origin[slot - 1], word, range->origin) &&
        !tree_joins(word, range->origin, rest, origin[slot])) {
        key[slot] = rest;
        tree->rests |= tree_rest_bit(rest);
    } else if (!upwards && !tree_joins(old, origin[slot], word, range->origin) &&
               tree_joins(word, range->origin, key[slot + 1], origin[slot + 1])) {
        key[slot + 1] = word;
    } else {
        return false;
    }
    if ((word & RANGE_KIND) == 0) {
        path->slot[0] = upwards ? slot - 1 : slot + 1;
        tree_freed(tree, path, page_of(key[path->slot[0]]), path_end(path, path->slot[0]));
    }
    return true;
}

bool tree_recolour(struct tree *tree, uintptr_t start, uintptr_t end, uintptr_t attributes,
                   uintptr_t except) {
    struct tree_path *path = tree_seek(tree, start);
    struct node *leaf = path->node[0];
    uintptr_t *key = leaf->word + KEY, *origin = leaf->word + ORIGIN;
    unsigned slot = path->slot[0];
    uintptr_t word = key[slot], wanted = (word & ~(uintptr_t)RANGE_PROT) | attributes;
    if ((word & RANGE_KIND) == 0 || path_end(path, slot) < end ||
        ((word ^ except) & (RANGE_KIND | RANGE_ANONYMOUS)) == 0)
        return false;
    if (word == wanted)
        return true;
    if (page_of(word) != start || path_end(path, slot) != end || slot == 0 ||
        slot + 1 >= leaf->count ||
        tree_joins(key[slot - 1], origin[slot - 1], wanted, origin[slot]) ||
        tree_joins(wanted, origin[slot], key[slot + 1], origin[slot + 1]))
        return false;
    key[slot] = wanted;
    tree->changed = true;
    return true;
}

/* Assigns within one leaf, which is nearly always possible. */
static bool assign_in_leaf(struct tree *tree, struct tree_path *path, const struct range *range) {
    struct splice splice;
    struct node *leaf = path->node[0];
    if (cut_hole(path, range) || move_boundary(tree, path, range))
        return true;
    if (!plan_splice(path, range, &splice))
        return false;
    unsigned added = splice.own + splice.rest;
    if (added > splice.removed)
        leaf_open(leaf, splice.from + splice.removed, added - splice.removed);
    else
        leaf_close(leaf, splice.from + added, splice.removed - added);
    if (splice.own) {
        leaf->word[KEY + splice.from] = range->start | range->attributes;
        leaf->word[ORIGIN + splice.from] = range->origin;
    }
    if (splice.rest) {
        leaf->word[KEY + splice.from + splice.own] = splice.rest_word;
        leaf->word[ORIGIN + splice.from + splice.own] = splice.rest_origin;
        tree->rests |= tree_rest_bit(splice.rest_word);
    }
    if ((range->attributes & RANGE_KIND) == 0) {
        unsigned slot = splice.own ? splice.from : splice.from - 1;
        tree_freed(tree, path, page_of(leaf->word[KEY + slot]), path_end(path, slot));
    }
    return true;
}

/* Makes a range start at `address`. */
static void divide(struct tree *tree, uintptr_t address) {
    struct tree_path *path = tree_seek(tree, address);
    unsigned slot = path->slot[0];
    uintptr_t word = path->node[0]->word[KEY + slot];
    if (page_of(word) != address) {
        tree->rests |= tree_rest_bit(word);
        tree_insert(tree, path, address | (word & (RANGE_ATTRIBUTES & ~RANGE_HEAD)),
                    path->node[0]->word[ORIGIN + slot]);
    }
}

/* Joins the range that starts at `address` to the one below it if it may be. */
static void join(struct tree *tree, uintptr_t address) {
    if (address == 0 || address == TREE_END)
        return;
    struct tree_path *path = tree_seek(tree, address - 1);
    uintptr_t low = path->node[0]->word[KEY + path->slot[0]];
    uintptr_t low_origin = path->node[0]->word[ORIGIN + path->slot[0]];
    path = tree_seek(tree, address);
    const uintptr_t *high = path->node[0]->word + path->slot[0];
    if (page_of(high[KEY]) == address && tree_joins(low, low_origin, high[KEY], high[ORIGIN]))
        tree_erase(tree, path);
}

/* The end of the range that holds `address`. */
static uintptr_t end_at(struct tree *tree, uintptr_t address) {
    struct tree_path *path = tree_seek(tree, address);
    return path_end(path, path->slot[0]);
}

static void assign_across(struct tree *tree, const struct range *range) {
    if (range->end != TREE_END)
        divide(tree, range->end);
    divide(tree, range->start);
    for (uintptr_t end; (end = end_at(tree, range->start)) != range->end;)
        tree_erase(tree, tree_seek(tree, end));
    struct tree_path *path = tree_seek(tree, range->start);
    path->node[0]->word[KEY + path->slot[0]] = range->start | range->attributes;
    path->node[0]->word[ORIGIN + path->slot[0]] = range->origin;
    join(tree, range->end);
    join(tree, range->start);
    if ((range->attributes & RANGE_KIND) == 0) {
        path = tree_seek(tree, range->start);
        unsigned slot = path->slot[0];
        tree_freed(tree, path, page_of(path->node[0]->word[KEY + slot]), path_end(path, slot));
    }
}

void tree_assign(struct tree *tree, const struct range *range) {
    struct tree_path *path = tree_seek(tree, range->start);
    tree->changed = true;
    if (!assign_in_leaf(tree, path, range))
        assign_across(tree, range);
}

void tree_put(struct tree *tree, const struct range *range) {
    tree_settle(tree);
    tree->draft.start = range->start;
    tree->draft.attributes = range->attributes;
    tree->draft.origin = range->origin;
    /* Last, for whoever reads a tree that was left half changed. */
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    tree->draft.end = range->end;
}

void tree_settle_slowly(struct tree *tree) {
    const struct range range = tree->draft;
    tree->draft.end = 0;
    tree_assign(tree, &range);
}
