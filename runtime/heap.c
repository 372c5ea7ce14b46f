/* The linker's own memory: size classes with free lists over chunks from space/. Knows no malloc.
 */
#include "heap.h"

#include <stdint.h>

#include "lock.h"
#include "space/space.h"
#include "text.h"

enum {
    GRAIN = 16,
    SMALL_LIMIT = 512, /* classes every GRAIN bytes up to here, then STEPS for each doubling */
    STEPS = 4,
    LARGE_LIMIT = 1 << 15, /* from here on a block has a mapping of its own */
    CLASS_COUNT = SMALL_LIMIT / GRAIN + STEPS * 6,
    FIRST_CHUNK = 1 << 16,
    CHUNK = 1 << 17,
};

/* Before each piece of memory: how large the block's usable part is and how far back the block
 * begins. */
struct header {
    _Alignas(GRAIN) size_t size;
    size_t
        back; /* distance from the memory to the block's own start, aligned blocks only; else 0 */
};
_Static_assert(sizeof(struct header) == GRAIN, "memory after a header stays aligned");

struct free_block {
    struct free_block *next;
};

static _Alignas(GRAIN) unsigned char first_chunk[FIRST_CHUNK];
static unsigned char *chunk = first_chunk;
static size_t chunk_left = FIRST_CHUNK;
static struct free_block *free_lists[CLASS_COUNT];
static struct lock heap_lock;

static unsigned class_of(size_t size) {
    if (size <= SMALL_LIMIT)
        return (unsigned)((size + GRAIN - 1) / GRAIN) - (size != 0);
    unsigned class = SMALL_LIMIT / GRAIN;
    size_t limit = SMALL_LIMIT;
    for (; limit * 2 < size; limit *= 2)
        class += STEPS;
    return class + (unsigned)((size - limit - 1) / (limit / STEPS));
}

static size_t class_size(unsigned class) {
    if (class < SMALL_LIMIT / GRAIN)
        return (size_t)(class + 1) * GRAIN;
    unsigned further = class - SMALL_LIMIT / GRAIN;
    size_t limit = (size_t)SMALL_LIMIT << further / STEPS;
    return limit + (further % STEPS + 1) * (limit / STEPS);
}

static void *allocate_large(size_t size) {
    intptr_t address = space_allocate(size + sizeof(struct header));
    if (address < 0 && address > -4096)
        return NULL;
    struct header *header = (struct header *)address;
    header->size = size;
    return header + 1;
}

static void *allocate_small(unsigned class) {
    if (free_lists[class] != NULL) {
        struct free_block *block = free_lists[class];
        free_lists[class] = block->next;
        return memset(block, 0, class_size(class));
    }
    size_t wanted = class_size(class) + sizeof(struct header);
    if (chunk_left < wanted) {
        intptr_t address = space_allocate(CHUNK);
        if (address < 0 && address > -4096)
            return NULL;
        chunk = (unsigned char *)address;
        chunk_left = CHUNK;
    }
    struct header *header = (struct header *)(void *)chunk;
    /* In this order: a process forked by another thread in between must not see too much left. */
    chunk_left -= wanted;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    chunk += wanted;
    header->size = class_size(class);
    return header + 1;
}

void *heap_allocate(size_t size) {
    if (size > SIZE_MAX / 2)
        return NULL;
    if (size > LARGE_LIMIT)
        return allocate_large(size);
    struct lock_guard guard = lock_take(&heap_lock);
    void *memory = allocate_small(class_of(size));
    lock_release(&heap_lock, guard);
    return memory;
}

void *heap_allocate_aligned(size_t size, size_t align) {
    if (align <= GRAIN)
        return heap_allocate(size);
    if (size > SIZE_MAX / 2 || align > SIZE_MAX / 4)
        return NULL;
    unsigned char *memory = heap_allocate(size + align + sizeof(struct header));
    if (memory == NULL)
        return NULL;
    uintptr_t aligned = ((uintptr_t)memory + sizeof(struct header) + align - 1) & ~(align - 1);
    struct header *header = (struct header *)aligned - 1;
    header->size = size;
    header->back = aligned - (uintptr_t)memory;
    return (void *)aligned;
}

void heap_free(void *memory) {
    if (memory == NULL)
        return;
    struct header *header = (struct header *)memory - 1;
    if (header->back != 0) {
        memory = (unsigned char *)memory - header->back;
        header = (struct header *)memory - 1;
    }
    if (header->size > LARGE_LIMIT) {
        space_unmap((uintptr_t)header, header->size + sizeof(struct header));
        return;
    }
    struct lock_guard guard = lock_take(&heap_lock);
    struct free_block *block = memory;
    unsigned class = class_of(header->size);
    block->next = free_lists[class];
    free_lists[class] = block;
    lock_release(&heap_lock, guard);
}

void *heap_resize(void *memory, size_t size) {
    if (memory == NULL)
        return heap_allocate(size);
    const struct header *header = (struct header *)memory - 1;
    if (size <= header->size)
        return memory;
    void *larger = heap_allocate(size);
    if (larger != NULL) {
        memcpy(larger, memory, header->size);
        heap_free(memory);
    }
    return larger;
}

void *heap_copy(const void *memory, size_t size) {
    void *copy = heap_allocate(size);
    return copy != NULL ? memcpy(copy, memory, size) : NULL;
}

char *heap_copy_text(const char *text) {
    return heap_copy(text, strlen(text) + 1);
}
