/* The calling thread's view of the TLS modules. Follows tls.h's slots by comparing generations;
 * takes no lock for that, because a variable is only accessed after the dlopen of its module has
 * returned, and not after its dlclose. A signal handler may use such variables too, also for the
 * first time. One that interrupts a change of the DTV, which it is told by `changing`, leaves the
 * DTV as it is; both find each other's blocks in the list, to which each adds by one instruction.
 * And a DTV that the fast path in an interrupted function may still be reading stays until the
 * thread ends. No signal is blocked: that would be two system calls that glibc's linker does not
 * make. */
#include "glibc/mirror/dtv.h"

#include <stdint.h>

#include "arch.h"
#include "base/format.h"
#include "process/heap.h"
#include "base/system.h"
#include "base/text.h"
#include "object/tls.h"
#include "glibc/locks.h"
#include "glibc_layout.h"
#include "object/namespace.h"

enum { SURPLUS = 14 }; /* entries beyond the highest module, as glibc has them */

#define UNALLOCATED ((void *)-1)

/* A block on the heap. libc clears a DTV whose stack it uses again, after giving every to_free to
 * its own free: so that stays NULL, and the blocks are listed here. */
struct block {
    struct block *next;
    void *memory;
    size_t module, generation; /* of the module's slot when the block was made */
};

/* What a thread has whatever DTV it has. */
struct blocks {
    struct block *first;
    bool changing; /* a function of this thread is about to change the DTV; stays set after a
                    * handler has jumped out of it: then blocks are found in the list alone */
};

/* A DTV with what lies before it. */
struct vector {
    struct vector *outgrown; /* the one it replaced */
    struct blocks *blocks;
    union dtv entries[]; /* capacity, generation, modules */
};

static union dtv *dtv_of(const struct pthread *thread) {
    return thread->header.dtv;
}

static struct vector *vector_of(union dtv *dtv) {
    return (void *)((char *)(dtv - 1) - offsetof(struct vector, entries));
}

static void install(struct pthread *thread, union dtv *dtv) {
    __atomic_store_n(&thread->header.dtv, dtv, __ATOMIC_RELEASE);
}

static _Noreturn void out_of_memory(void) {
    print(2, "cannot allocate memory for thread-local data: ABORT\n");
    system_exit(127);
}

/* A DTV with entries up to `capacity`; NULL: no memory. */
static union dtv *allocate(size_t capacity) {
    struct vector *vector = heap_allocate(sizeof *vector + (capacity + 2) * sizeof(union dtv));
    if (vector == NULL)
        return NULL;
    vector->entries[0].counter = capacity;
    return &vector->entries[1];
}

bool dtv_create(struct pthread *thread) {
    union dtv *dtv = allocate(__atomic_load_n(&tls_highest, __ATOMIC_RELAXED) + SURPLUS);
    struct blocks *blocks = heap_allocate(sizeof *blocks);
    if (dtv == NULL || blocks == NULL) {
        heap_free(dtv != NULL ? vector_of(dtv) : NULL);
        heap_free(blocks);
        return false;
    }
    vector_of(dtv)->blocks = blocks;
    install(thread, dtv);
    return true;
}

static bool replace(struct block **link, struct block *old, struct block *new) {
    return __atomic_compare_exchange_n(link, &old, new, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

/* The first block from *link on of one module (0: of any) that was made before a generation. */
static struct block **find_older(struct block **link, size_t module, size_t generation) {
    while (*link != NULL &&
           ((module != 0 && (*link)->module != module) || (*link)->generation >= generation))
        link = &(*link)->next;
    return link;
}

/* Frees those blocks. A handler may add one at any time. */
static void free_blocks(struct blocks *blocks, size_t module, size_t generation) {
    for (;;) {
        struct block **link = find_older(&blocks->first, module, generation);
        struct block *block = *link;
        if (block == NULL)
            return;
        if (!replace(link, block, block->next))
            continue;
        heap_free(block->memory);
        heap_free(block);
    }
}

void dtv_destroy(struct pthread *thread) {
    struct vector *vector = vector_of(dtv_of(thread));
    free_blocks(vector->blocks, 0, SIZE_MAX);
    heap_free(vector->blocks);
    while (vector != NULL) {
        struct vector *outgrown = vector->outgrown;
        heap_free(vector);
        vector = outgrown;
    }
}

/* Makes room for all modules. libc tells by dl_initial_dtv that TLS was set up by a dynamic linker,
 * so that follows the main thread's DTV. */
static union dtv *grow(struct pthread *thread) {
    union dtv *old = dtv_of(thread);
    union dtv *dtv = allocate(__atomic_load_n(&tls_highest, __ATOMIC_RELAXED) + SURPLUS);
    if (dtv == NULL)
        out_of_memory();
    memcpy(dtv, old, (old[-1].counter + 1) * sizeof *dtv);
    vector_of(dtv)->blocks = vector_of(old)->blocks;
    vector_of(dtv)->outgrown = vector_of(old);
    install(thread, dtv);
    if (_rtld_global._dl_initial_dtv == old)
        _rtld_global._dl_initial_dtv = dtv;
    return dtv;
}

/* Drops the blocks of modules that changed since the DTV's generation. */
static union dtv *update(struct pthread *thread) {
    union dtv *dtv = dtv_of(thread);
    size_t generation = __atomic_load_n(&tls_generation, __ATOMIC_ACQUIRE);
    size_t highest = __atomic_load_n(&tls_highest, __ATOMIC_RELAXED);
    for (size_t module = 1; module <= highest; module++) {
        const struct tls_slot *slot = tls_slot_of(module);
        size_t changed = __atomic_load_n(&slot->generation, __ATOMIC_ACQUIRE);
        if (changed > generation || changed <= dtv[0].counter)
            continue;
        if (module > dtv[-1].counter) {
            if (__atomic_load_n(&slot->object, __ATOMIC_RELAXED) == NULL)
                continue;
            dtv = grow(thread);
        }
        dtv[module].pointer.val = UNALLOCATED;
        free_blocks(vector_of(dtv)->blocks, module, changed);
    }
    dtv[0].counter = generation;
    return dtv;
}

static void *known_block(const struct blocks *blocks, size_t module, size_t generation) {
    for (const struct block *block = blocks->first; block != NULL; block = block->next)
        if (block->module == module && block->generation == generation)
            return block->memory;
    return NULL;
}

/* The module's block on the heap: the one there is, else a new one. */
static void *heap_block(struct blocks *blocks, const struct tls_slot *slot) {
    const struct object_tls *tls = &slot->object->tls;
    size_t generation = slot->generation;
    void *known = known_block(blocks, tls->module, generation);
    if (known != NULL)
        return known;
    struct block *block = heap_allocate(sizeof *block);
    void *memory = tls->unfit ? NULL : heap_allocate_aligned(tls->block_size, tls->align);
    if (block == NULL || memory == NULL)
        out_of_memory();
    memcpy(memory, tls->image, tls->image_size);
    *block = (struct block){NULL, memory, tls->module, generation};
    do {
        block->next = blocks->first;
        known = known_block(blocks, tls->module, generation);
    } while (known == NULL && !replace(&blocks->first, block->next, block));
    if (known == NULL)
        return memory;
    heap_free(memory); /* a handler was faster */
    heap_free(block);
    return known;
}

/* The module's block: in the static area when that was decided, else on the heap. */
static void *block_of(struct pthread *thread, struct blocks *blocks, size_t module) {
    const struct tls_slot *slot = tls_slot_of(module);
    ptrdiff_t offset = tls_settle_dynamic(slot->object);
    return offset == TLS_OFFSET_DYNAMIC ? heap_block(blocks, slot) : (char *)thread - offset;
}

/* Its entry in a DTV that is up to date. */
static void *current_entry(struct pthread *thread, size_t module) {
    union dtv *dtv = dtv_of(thread);
    if (dtv[0].counter != __atomic_load_n(&tls_generation, __ATOMIC_ACQUIRE))
        dtv = update(thread);
    if (dtv[module].pointer.val == UNALLOCATED)
        dtv[module].pointer.val = block_of(thread, vector_of(dtv)->blocks, module);
    return dtv[module].pointer.val;
}

void *tls_address(const struct tls_variable *variable) {
    struct pthread *thread = arch_thread_pointer();
    struct blocks *blocks = vector_of(dtv_of(thread))->blocks;
    if (blocks->changing)
        return (char *)block_of(thread, blocks, variable->module) + variable->offset;
    blocks->changing = true;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    void *block = current_entry(thread, variable->module);
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    blocks->changing = false;
    return (char *)block + variable->offset;
}

/* The entry of one module, and its static block. */
static void init_module(struct pthread *thread, union dtv *entry, const struct object *object,
                        bool all_namespaces) {
    const struct object_tls *tls = &object->tls;
    ptrdiff_t offset = __atomic_load_n(&tls->offset, __ATOMIC_ACQUIRE);
    entry->pointer.to_free = NULL;
    if (offset == TLS_OFFSET_NONE || offset == TLS_OFFSET_DYNAMIC) {
        entry->pointer.val = UNALLOCATED;
        return;
    }
    char *block = (char *)thread - offset;
    entry->pointer.val = block;
    if (object->ns->id != NAMESPACE_BASE && !all_namespaces)
        return;
    memcpy(block, tls->image, tls->image_size);
    memset(block + tls->image_size, 0, tls->block_size - tls->image_size);
}

void dtv_init(struct pthread *thread, bool all_namespaces) {
    tls_lock();
    union dtv *dtv = dtv_of(thread);
    free_blocks(vector_of(dtv)->blocks, 0, SIZE_MAX); /* of the thread that had the stack before */
    if (dtv[-1].counter < tls_highest)
        dtv = grow(thread);
    for (size_t module = 1; module <= tls_highest; module++) {
        const struct object *object = tls_slot_of(module)->object;
        if (object != NULL)
            init_module(thread, &dtv[module], object, all_namespaces);
    }
    dtv[0].counter = tls_generation;
    tls_unlock();
}

void *dtv_address_if_any(struct link_map *map) {
    size_t module = map->l_tls_modid;
    const union dtv *dtv = dtv_of(arch_thread_pointer());
    if (module == 0 || module > dtv[-1].counter)
        return NULL;
    if (dtv[0].counter < __atomic_load_n(&tls_slot_of(module)->generation, __ATOMIC_RELAXED))
        return NULL;
    void *block = dtv[module].pointer.val;
    return block == UNALLOCATED ? NULL : block;
}
