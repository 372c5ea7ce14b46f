/* Memory for tree nodes. Knows their size; does not know what they hold. */
#include "space/arena.h"

void arena_add(struct arena *arena, void *memory, size_t size) {
    while (arena->unused != arena->unused_end) {
        struct node *left_over = arena->unused++;
        left_over->word[0] = (uintptr_t)arena->free;
        arena->free = left_over;
    }
    arena->unused = memory;
    arena->unused_end = arena->unused + size / sizeof(struct node);
    arena->free_count += size / sizeof(struct node);
}

struct node *arena_take(struct arena *arena) {
    struct node *node = arena->free;
    if (node != NULL) {
        arena->free = (struct node *)node->word[0];
    } else {
        node = arena->unused++;
    }
    --arena->free_count;
    ++arena->used_count;
    return node;
}

void arena_give(struct arena *arena, struct node *node) {
    node->word[0] = (uintptr_t)arena->free;
    arena->free = node;
    ++arena->free_count;
    --arena->used_count;
}
