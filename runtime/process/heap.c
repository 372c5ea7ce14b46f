/* The linker's own memory: size classes with free lists over chunks from space/. Knows no malloc.
 *
 * There is no lock, since whoever holds one may be interrupted by a handler that needs memory too,
 * and to block signals costs two system calls each time. A free list is taken as a whole, by one
 * exchange, and what is not needed is put back; so it never matters what others do to the list
 * meanwhile: to them it is empty. A child that another thread forks in between is without the
 * blocks of that list, nothing else. */
#include "process/heap.h"

#include <stdint.h>

#include "space/space.h"
#include "base/text.h"

enum {
    GRAIN = 16,
    SMALL_LIMIT = 512, /* classes every GRAIN bytes up to here, then STEPS for each doubling */
    STEPS = 16,
    LARGE_LIMIT = 1 << 15, /* from here on a block has a mapping of its own */
    CLASS_COUNT = SMALL_LIMIT / GRAIN + STEPS * 6,
    FIRST_CHUNK = 40 << 10, /* what a program with some libraries needs; it counts as data */
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

/* Memory from which blocks are cut one after another. */
struct chunk {
    _Alignas(GRAIN) size_t used; /* bytes of `memory` */
    _Alignas(GRAIN) unsigned char memory[];
};

static union {
    struct chunk chunk;
    unsigned char bytes[FIRST_CHUNK];
} first __attribute__((section(".bss.heap")));
static struct chunk *current = &first.chunk;
static struct free_block *free_lists[CLASS_COUNT];

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

static void give(struct free_block **list, struct free_block *blocks) {
    struct free_block *others = NULL, *last = blocks;
    if (__atomic_compare_exchange_n(list, &others, blocks, false, __ATOMIC_RELEASE,
                                    __ATOMIC_RELAXED))
        return;
    while (last->next != NULL)
        last = last->next;
    do
        last->next = others;
    while (!__atomic_compare_exchange_n(list, &others, blocks, false, __ATOMIC_RELEASE,
                                        __ATOMIC_RELAXED));
}

static struct free_block *take(struct free_block **list) {
    if (__atomic_load_n(list, __ATOMIC_RELAXED) == NULL)
        return NULL;
    struct free_block *blocks = __atomic_exchange_n(list, NULL, __ATOMIC_ACQUIRE);
    if (blocks != NULL && blocks->next != NULL)
        give(list, blocks->next);
    return blocks;
}

/* The next `size` bytes of a chunk; NULL: they are not there. */
static void *cut(struct chunk *chunk, size_t size) {
    size_t all = (chunk == &first.chunk ? FIRST_CHUNK : CHUNK) - sizeof *chunk;
    size_t used = __atomic_load_n(&chunk->used, __ATOMIC_RELAXED);
    do {
        if (size > all - used)
            return NULL;
    } while (!__atomic_compare_exchange_n(&chunk->used, &used, used + size, true, __ATOMIC_RELAXED,
                                          __ATOMIC_RELAXED));
    return chunk->memory + used;
}

static void *cut_from_any(size_t size) {
    for (;;) {
        struct chunk *chunk = __atomic_load_n(&current, __ATOMIC_ACQUIRE);
        void *memory = cut(chunk, size);
        if (memory != NULL)
            return memory;
        intptr_t address = space_allocate(CHUNK);
        if (address < 0 && address > -4096)
            return NULL;
        if (!__atomic_compare_exchange_n(&current, &chunk, (struct chunk *)address, false,
                                         __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
            space_unmap((uintptr_t)address, CHUNK); /* another one was faster */
    }
}

static void *allocate_small(unsigned class) {
    struct free_block *block = take(&free_lists[class]);
    if (block != NULL)
        return memset(block, 0, class_size(class));
    struct header *header = cut_from_any(class_size(class) + sizeof *header);
    if (header == NULL)
        return NULL;
    header->size = class_size(class);
    return header + 1;
}

void *heap_allocate(size_t size) {
    if (size > SIZE_MAX / 2)
        return NULL;
    if (size > LARGE_LIMIT)
        return allocate_large(size);
    return allocate_small(class_of(size));
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
    struct free_block *block = memory;
    block->next = NULL;
    give(&free_lists[class_of(header->size)], block);
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
