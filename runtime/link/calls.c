/* Following calls: what a slot is bound to is kept beside it, and asked each time. */
#include "link/calls.h"

#include "audit/audit.h"
#include "base/auxv.h"
#include "glibc/mirror/link_map.h"
#include "link/lazy.h"
#include "process/heap.h"
#include "process/options.h"
#include "space/page.h"

enum { LEAST_FRAME = 512, NEAR_TOP = 64 << 10 };

bool calls_wanted(const struct object *object) {
    return audit_wanted() && audit_follows(object);
}

bool calls_record(struct object *object) {
    const size_t count = object->dynamic.plt_reloc_count;
    object->calls = count != 0 ? heap_allocate(count * sizeof *object->calls) : NULL;
    return count == 0 || object->calls != NULL;
}

static struct bound_call *call_of(const struct object *object, elf_addr argument) {
    return &object->calls[argument / ARCH_PLT_ARGUMENT_UNIT];
}

/* Two threads that bind the same slot at once store the same. */
static void bind(struct object *object, elf_addr argument, struct bound_call *call) {
    call->address = lazy_resolve(object, lazy_reloc(object, argument), call);
    __atomic_store_n(&call->ready, !options.bind_not, __ATOMIC_RELEASE);
}

/* How many bytes from `address` on, on the stack, can surely be read: to where the main thread's
 * began in its last pages, else to the end of the page. */
static long readable_from(uintptr_t address) {
    uintptr_t top = (uintptr_t)process.stack;
    bool near = address < top && top - address < NEAR_TOP;
    return (long)(near ? top - address : PAGE - address % PAGE);
}

/* An auditor that asks for less than the arguments, as sotruss does with 0, would have the function
 * read what is no argument. What lies behind them is copied, too. */
static void include_arguments(long *frame_size) {
    long there = readable_from((uintptr_t)frame_size + ARCH_CALL_ARGUMENTS);
    long least = there < LEAST_FRAME ? there : LEAST_FRAME;
    if (*frame_size >= 0 && *frame_size < least)
        *frame_size = least;
}

elf_addr calls_enter(void *handle, elf_addr argument, elf_addr caller, void *registers,
                     long *frame_size) {
    struct object *object = object_of_handle(handle);
    (void)caller;
    *frame_size = -1;
    if (object->calls == NULL)
        return lazy_bind(handle, argument);
    struct bound_call *call = call_of(object, argument);
    if (!__atomic_load_n(&call->ready, __ATOMIC_ACQUIRE))
        bind(object, argument, call);
    elf_addr address = audit_enter(object, call, registers, frame_size);
    include_arguments(frame_size);
    return address;
}

void calls_exit(void *handle, elf_addr argument, const void *registers, void *results) {
    struct object *object = object_of_handle(handle);
    audit_exit(object, call_of(object, argument), registers, results);
}
