/* Memory for tree nodes: equal pieces, handed out and taken back. Takes its memory from chunks that
 * the caller maps; knows neither malloc nor the kernel. */
#ifndef WINE_LD_SPACE_ARENA_H
#define WINE_LD_SPACE_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The node of a tree. A leaf holds two words a range, an inner node three words a child; column c
 * of slot s is word[c * slots + s], so that a search runs over adjacent words. */
enum {
    NODE_WORDS = 63,
    LEAF_COLUMNS = 2,
    INNER_COLUMNS = 3,
    LEAF_SLOTS = NODE_WORDS / LEAF_COLUMNS,
    INNER_SLOTS = NODE_WORDS / INNER_COLUMNS,
};
struct node {
    uintptr_t count; /* slots in use, 0 in a node that is free */
    uintptr_t word[NODE_WORDS];
};

/* A chunk begins with this, in the place of its first node. */
struct arena_chunk {
    struct arena_chunk *next;
    size_t nodes; /* that follow */
};

struct arena {
    struct arena_chunk *chunks;
    struct node *free;                /* chained through word[0] */
    struct node *unused, *unused_end; /* the part of the newest chunk never handed out */
    size_t free_count;                /* both together */
    size_t used_count;
};

/* Adds a chunk of zeroed memory of at least two nodes. */
void arena_add(struct arena *arena, void *memory, size_t size);

/* The nodes of a chunk. */
static inline const struct node *arena_nodes(const struct arena_chunk *chunk) {
    return (const struct node *)(const void *)chunk + 1;
}

/* Whether `count` nodes can be had without another chunk. */
static inline bool arena_ready(const struct arena *arena, size_t count) {
    return arena->free_count >= count;
}

/* A node whose words are undefined. The caller has asked arena_ready. */
struct node *arena_take(struct arena *arena);
void arena_give(struct arena *arena, struct node *node);

#endif
