/* The nodes of the tree: search, split, merge. Knows keys and bounds; does not know what ranges
 * mean. */
#include "space/tree_node.h"

/* The last slot whose key is not above `address`; slot 0 stands for everything lower. */
static unsigned node_find(const struct node *node, uintptr_t address) {
    const uintptr_t *key = node->word + KEY;
    uintptr_t target = address | RANGE_ATTRIBUTES;
    unsigned count = (unsigned)node->count, base = 0, found = 0;
    while (count > 8) {
        unsigned half = count / 2;
        base = key[base + half] <= target ? base + half : base;
        count -= half;
    }
    for (unsigned i = 1; i < count; ++i)
        found += key[base + i] <= target;
    return base + found;
}

struct tree_path *tree_seek_slowly(struct tree *tree, uintptr_t address) {
    struct tree_path *path = &tree->last;
    /* Searches go from range to range. */
    if (tree->remembered && path_holds(path, path->slot[0] + 1, address)) {
        ++path->slot[0];
        return path;
    }
    if (!tree->remembered || address < path->low || address >= path->limit) {
        struct node *node = tree->root;
        path->low = 0;
        path->limit = TREE_END;
        for (unsigned level = tree->height; level > 0; --level) {
            unsigned slot = node_find(node, address);
            path->node[level] = node;
            path->slot[level] = slot;
            path->low = slot > 0 ? node->word[KEY + slot] : path->low;
            path->limit = slot + 1 < node->count ? node->word[KEY + slot + 1] : path->limit;
            node = node_child(node, slot);
        }
        path->node[0] = node;
        tree->remembered = true;
    }
    path->slot[0] = node_find(path->node[0], address);
    return path;
}

void path_measure(const struct tree *tree, struct tree_path *path) {
    path->low = 0;
    path->limit = TREE_END;
    for (unsigned level = tree->height; level > 0; --level) {
        const struct node *node = path->node[level];
        unsigned slot = path->slot[level];
        path->low = slot > 0 ? node->word[KEY + slot] : path->low;
        path->limit = slot + 1 < node->count ? node->word[KEY + slot + 1] : path->limit;
    }
}

void tree_freed(struct tree *tree, const struct tree_path *path, uintptr_t start, uintptr_t end) {
    uintptr_t size = end - start;
    for (struct tree_top *top = tree->top; top < tree->top + TREE_CLASSES; ++top)
        if (end > top->from && start < top->limit)
            top->from = end < top->limit ? end : top->limit;
    for (struct tree_rest *rest = tree->rest; rest < tree->rest + TREE_CLASSES; ++rest)
        rest->from = end > rest->from ? end : rest->from;
    for (unsigned level = 1; level <= tree->height; ++level) {
        uintptr_t *room = &path->node[level]->word[ROOM + path->slot[level]];
        if (*room >= size)
            return;
        *room = size;
    }
}

/* Here, because a call of memmove costs more than these few words. */
static void copy_up(uintptr_t *to, const uintptr_t *from, size_t count) {
    for (size_t i = count; i-- > 0;)
        to[i] = from[i];
}
static void copy_down(uintptr_t *to, const uintptr_t *from, size_t count) {
    for (size_t i = 0; i < count; ++i)
        to[i] = from[i];
}

void node_shift(struct node *node, unsigned level, size_t at, size_t remove, size_t add) {
    size_t tail = node->count - at - remove, slots = node_slots(level);
    for (uintptr_t *column = node->word; column + slots <= node->word + NODE_WORDS; column += slots)
        if (add > remove)
            copy_up(column + at + add, column + at + remove, tail);
        else if (add < remove)
            copy_down(column + at + add, column + at + remove, tail);
    node->count += add;
    node->count -= remove;
}

/* Appends the slots of `from` that begin at `first` to `to`. */
static void node_append(struct node *to, const struct node *from, size_t first, unsigned level) {
    size_t count = from->count - first, slots = node_slots(level);
    for (size_t column = 0; column + slots <= NODE_WORDS; column += slots)
        copy_down(to->word + column + to->count, from->word + column + first, count);
    to->count += count;
}

/* Where to cut a full node: right beside the slot, because where one range comes in others often
 * follow, upwards or downwards; the part that is left behind stays as full as it was. */
static unsigned cut_of(unsigned slot, unsigned slots) {
    return slot < slots / 2 ? slot + 2 : slot;
}

/* Splits the full node on `level`; its parent has room. The path goes on leading to the same
 * slot. */
static void split(struct tree *tree, struct tree_path *path, unsigned level) {
    struct node *left = path->node[level], *parent = path->node[level + 1];
    struct node *right = arena_take(&tree->arena);
    unsigned slot = path->slot[level], cut = cut_of(slot, (unsigned)left->count);
    unsigned above = path->slot[level + 1];
    uintptr_t key = page_of(left->word[KEY + cut]);
    right->count = 0;
    node_append(right, left, cut, level);
    left->count = cut;
    node_shift(parent, level + 1, above + 1, 0, 1);
    parent->word[KEY + above + 1] = key;
    parent->word[ROOM + above + 1] = parent->word[ROOM + above];
    parent->word[CHILD + above + 1] = (uintptr_t)right;
    if (slot >= cut) {
        path->node[level] = right;
        path->slot[level] = slot - cut;
        path->slot[level + 1] = above + 1;
    }
    path_measure(tree, path);
}

static void grow_root(struct tree *tree, struct tree_path *path) {
    struct node *root = arena_take(&tree->arena);
    root->count = 1;
    root->word[KEY] = 0;
    root->word[ROOM] = TREE_END;
    root->word[CHILD] = (uintptr_t)tree->root;
    tree->root = root;
    ++tree->height;
    path->node[tree->height] = root;
    path->slot[tree->height] = 0;
}

static void make_room(struct tree *tree, struct tree_path *path) {
    unsigned top = 0;
    while (top <= tree->height && path->node[top]->count == node_slots(top))
        ++top;
    if (top > tree->height)
        grow_root(tree, path);
    while (top-- > 0)
        split(tree, path, top);
}

void tree_insert(struct tree *tree, struct tree_path *path, uintptr_t word, uintptr_t origin) {
    if (path->node[0]->count == LEAF_SLOTS)
        make_room(tree, path);
    unsigned slot = ++path->slot[0];
    node_shift(path->node[0], 0, slot, 0, 1);
    path->node[0]->word[KEY + slot] = word;
    path->node[0]->word[ORIGIN + slot] = origin;
}

/* The lowest address below the node on `level` is now `key`. */
static void rekey(const struct tree *tree, struct tree_path *path, unsigned level, uintptr_t key) {
    while (++level <= tree->height) {
        if (path->slot[level] > 0) {
            path->node[level]->word[KEY + path->slot[level]] = key;
            return;
        }
    }
}

/* Takes an empty node, and parents that become empty by that, out of the tree. */
static void remove_empty(struct tree *tree, struct tree_path *path) {
    unsigned level = 0;
    while (path->node[level]->count == 0) {
        arena_give(&tree->arena, path->node[level]);
        ++level;
        node_shift(path->node[level], level, path->slot[level], 1, 0);
    }
    if (path->slot[level] == 0)
        rekey(tree, path, level, page_of(path->node[level]->word[KEY]));
}

/* Moves the child behind `slot` into the one in `slot` when both together leave room to grow. */
static bool merge(struct tree *tree, struct node *parent, unsigned slot, unsigned level) {
    if (slot + 1 >= parent->count)
        return false;
    struct node *left = node_child(parent, slot), *right = node_child(parent, slot + 1);
    if (left->count + right->count > node_slots(level) * 3 / 4)
        return false;
    if (level > 0)
        right->word[KEY] = parent->word[KEY + slot + 1];
    node_append(left, right, 0, level);
    if (parent->word[ROOM + slot] < parent->word[ROOM + slot + 1])
        parent->word[ROOM + slot] = parent->word[ROOM + slot + 1];
    node_shift(parent, level + 1, slot + 1, 1, 0);
    arena_give(&tree->arena, right);
    return true;
}

/* Merges thin nodes along the path upwards, and drops roots with a single child. */
static void settle(struct tree *tree, const struct tree_path *path, unsigned level) {
    for (; level < tree->height; ++level) {
        struct node *parent = path->node[level + 1];
        unsigned slot = path->slot[level + 1];
        if (path->node[level]->count > node_slots(level) / 3 ||
            (!merge(tree, parent, slot, level) &&
             (slot == 0 || !merge(tree, parent, slot - 1, level))))
            break;
    }
    while (tree->height > 0 && tree->root->count == 1) {
        struct node *root = tree->root;
        tree->root = node_child(root, 0);
        --tree->height;
        arena_give(&tree->arena, root);
    }
}

void tree_erase(struct tree *tree, struct tree_path *path) {
    struct node *leaf = path->node[0];
    node_shift(leaf, 0, path->slot[0], 1, 0);
    if (leaf->count == 0) {
        remove_empty(tree, path);
    } else {
        if (path->slot[0] == 0)
            rekey(tree, path, 0, page_of(leaf->word[KEY]));
        settle(tree, path, 0);
    }
    tree->remembered = false;
}
