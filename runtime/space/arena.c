/* Memory for tree nodes. Knows their size; does not know what they hold. */
#include "space/arena.h"

void arena_add(struct arena *arena, void *memory, size_t size) {
    while (arena->unused != arena->unused_end) {
        struct node *left_over = arena->unused++;
        left_over->word[0] = (uintptr_t)arena->free;
        arena->free = left_over;
    }
    struct arena_chunk *chunk = memory;
    chunk->nodes = size / sizeof(struct node) - 1;
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    arena->unused = (struct node *)memory + 1;
    arena->unused_end = arena->unused + chunk->nodes;
    arena->free_count += chunk->nodes;
}

struct node *arena_take(struct arena *arena) {
    struct node *node = arena->free;
    if (node != NULL)
        arena->free = (struct node *)node->word[0];
    else
        node = arena->unused++;
    --arena->free_count;
    ++arena->used_count;
    return node;
}

void arena_give(struct arena *arena, struct node *node) {
    node->count = 0;
    node->word[0] = (uintptr_t)arena->free;
    arena->free = node;
    ++arena->free_count;
    --arena->used_count;
}
