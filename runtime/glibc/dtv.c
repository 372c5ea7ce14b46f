/* The calling thread's view of the TLS modules. Follows tls.h's slots by comparing generations;
 * takes no lock for that, because a variable is only accessed after the dlopen of its module has
 * returned, and not after its dlclose. A signal handler may use such variables too, also for the
 * first time: so the DTV changes with signals blocked, and one that the fast path in an interrupted
 * function may still be reading stays until the thread ends. */
#include "dtv.h"

#include "arch.h"
#include "format.h"
#include "glibc.h"
#include "heap.h"
#include "lock.h"
#include "system.h"
#include "text.h"
#include "tls.h"
#include "glibc/locks.h"

enum { SURPLUS = 14 }; /* entries beyond the highest module, as glibc has them */

#define UNALLOCATED ((void *)-1)

/* A block on the heap. libc clears a DTV whose stack it uses again, after giving every to_free to
 * its own free: so that stays NULL, and the blocks are listed here. */
struct block {
    struct block *next;
    void *memory;
    size_t module;
};

/* A DTV with what lies before it. */
struct vector {
    struct vector *outgrown; /* the one it replaced */
    struct block *blocks;
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
    if (dtv == NULL)
        return false;
    install(thread, dtv);
    return true;
}

/* Frees the blocks of one module, or of all (0). */
static void free_blocks(struct vector *vector, size_t module) {
    struct block **link = &vector->blocks;
    while (*link != NULL) {
        struct block *block = *link;
        if (module != 0 && block->module != module) {
            link = &block->next;
            continue;
        }
        *link = block->next;
        heap_free(block->memory);
        heap_free(block);
    }
}

void dtv_destroy(struct pthread *thread) {
    struct vector *vector = vector_of(dtv_of(thread));
    free_blocks(vector, 0);
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
        free_blocks(vector_of(dtv), module);
    }
    dtv[0].counter = generation;
    return dtv;
}

static void *allocate_block(struct vector *vector, const struct object *object) {
    const struct object_tls *tls = &object->tls;
    struct block *block = heap_allocate(sizeof *block);
    void *memory = heap_allocate_aligned(tls->block_size, tls->align);
    if (block == NULL || memory == NULL)
        out_of_memory();
    memcpy(memory, tls->image, tls->image_size);
    *block = (struct block){vector->blocks, memory, tls->module};
    vector->blocks = block;
    return memory;
}

/* Makes the module's block: in the static area when that was decided, else on the heap. */
static void *first_use(struct pthread *thread, union dtv *dtv, size_t module) {
    struct object *object = tls_slot_of(module)->object;
    ptrdiff_t offset = tls_settle_dynamic(object);
    void *block = offset == TLS_OFFSET_DYNAMIC ? allocate_block(vector_of(dtv), object)
                                               : (char *)thread - offset;
    dtv[module].pointer.val = block;
    return block;
}

void *tls_address(const struct tls_variable *variable) {
    struct pthread *thread = arch_thread_pointer();
    uint64_t signals = signals_block();
    union dtv *dtv = dtv_of(thread);
    if (dtv[0].counter != __atomic_load_n(&tls_generation, __ATOMIC_ACQUIRE))
        dtv = update(thread);
    void *block = dtv[variable->module].pointer.val;
    if (block == UNALLOCATED)
        block = first_use(thread, dtv, variable->module);
    signals_restore(signals);
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
    if (object->space->id != NAMESPACE_BASE && !all_namespaces)
        return;
    memcpy(block, tls->image, tls->image_size);
    memset(block + tls->image_size, 0, tls->block_size - tls->image_size);
}

void dtv_init(struct pthread *thread, bool all_namespaces) {
    tls_lock();
    union dtv *dtv = dtv_of(thread);
    free_blocks(vector_of(dtv), 0); /* of the thread that had the stack before */
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
