/* The calling thread's view of the TLS modules. Follows tls.h's slots by comparing generations; takes no
 * lock for that, because a variable is only accessed after the dlopen of its module has returned, and
 * not after its dlclose. Uses the linker's own heap, which may be entered from a signal handler. */
#include "dtv.h"

#include "arch.h"
#include "format.h"
#include "glibc.h"
#include "heap.h"
#include "system.h"
#include "text.h"
#include "tls.h"
#include "glibc/locks.h"

enum { SURPLUS = 14 }; /* entries beyond the highest module, as glibc has them */

#define UNALLOCATED ((void *)-1)

static union dtv *dtv_of(const struct pthread *thread) {
    return thread->header.dtv;
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
    union dtv *memory = heap_allocate((capacity + 2) * sizeof *memory);
    if (memory == NULL)
        return NULL;
    memory[0].counter = capacity;
    return memory + 1;
}

bool dtv_create(struct pthread *thread) {
    union dtv *dtv = allocate(__atomic_load_n(&tls_highest, __ATOMIC_RELAXED) + SURPLUS);
    if (dtv == NULL)
        return false;
    install(thread, dtv);
    return true;
}

void dtv_destroy(struct pthread *thread) {
    union dtv *dtv = dtv_of(thread);
    for (size_t module = 1; module <= dtv[-1].counter; module++)
        heap_free(dtv[module].pointer.to_free);
    heap_free(dtv - 1);
}

/* Makes room for all modules. libc tells by dl_initial_dtv that TLS was set up by a dynamic linker, so
 * that follows the main thread's DTV. */
static union dtv *grow(struct pthread *thread) {
    union dtv *old = dtv_of(thread);
    union dtv *dtv = allocate(__atomic_load_n(&tls_highest, __ATOMIC_RELAXED) + SURPLUS);
    if (dtv == NULL)
        out_of_memory();
    memcpy(dtv, old, (old[-1].counter + 1) * sizeof *dtv);
    install(thread, dtv);
    if (_rtld_global._dl_initial_dtv == old)
        _rtld_global._dl_initial_dtv = dtv;
    heap_free(old - 1);
    return dtv;
}

static void forget_block(union dtv *entry) {
    void *block = entry->pointer.to_free;
    entry->pointer.val = UNALLOCATED;
    entry->pointer.to_free = NULL;
    heap_free(block);
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
        forget_block(&dtv[module]);
    }
    dtv[0].counter = generation;
    return dtv;
}

static void *allocate_block(const struct object *object, union dtv *entry) {
    const struct object_tls *tls = &object->tls;
    void *block = heap_allocate_aligned(tls->block_size, tls->align);
    if (block == NULL)
        out_of_memory();
    memcpy(block, tls->image, tls->image_size);
    entry->pointer.to_free = block;
    return block;
}

/* Makes the module's block: in the static area when that was decided, else on the heap. */
static void *first_use(struct pthread *thread, union dtv *entry, size_t module) {
    struct object *object = tls_slot_of(module)->object;
    ptrdiff_t offset = tls_settle_dynamic(object);
    void *block = offset == TLS_OFFSET_DYNAMIC ? allocate_block(object, entry)
                                               : (char *)thread - offset;
    entry->pointer.val = block;
    return block;
}

void *tls_address(const struct tls_variable *variable) {
    struct pthread *thread = arch_thread_pointer();
    union dtv *dtv = dtv_of(thread);
    if (dtv[0].counter != __atomic_load_n(&tls_generation, __ATOMIC_ACQUIRE))
        dtv = update(thread);
    void *block = dtv[variable->module].pointer.val;
    if (block == UNALLOCATED)
        block = first_use(thread, &dtv[variable->module], variable->module);
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
