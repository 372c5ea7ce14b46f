/* Executable stacks: an object without PT_GNU_STACK, or with PF_X in it, has every thread's stack
 * made executable when it is loaded. libc reads _dl_stack_flags for the stacks it makes later. */
#include "stack.h"

#include "auxv.h"
#include "glibc.h"
#include "options.h"
#include "space/space.h"
#include "threads.h"

enum { PROT_ALL = PROT_READ | PROT_WRITE | PROT_EXEC, PROT_GROWSDOWN = 0x01000000 };

static int protect_thread(struct pthread *thread) {
    uintptr_t start = (uintptr_t)thread->stackblock + thread->guardsize;
    return space_protect(start, thread->stackblock_size - thread->guardsize, PROT_ALL);
}

int __nptl_change_stack_perm(struct pthread *thread) {
    return -protect_thread(thread);
}

/* The main thread's stack is the kernel's and has no block. */
static void protect_one(struct pthread *thread, void *context) {
    int *result = context;
    if (thread->stackblock != NULL && *result == 0)
        *result = protect_thread(thread);
}

static int protect_main(void) {
    uintptr_t page = (uintptr_t)__libc_stack_end & ~((uintptr_t)process.page_size - 1);
    return space_protect(page, process.page_size, PROT_ALL | PROT_GROWSDOWN);
}

bool stack_make_executable(struct error *error) {
    if ((_rtld_global._dl_stack_flags & PF_X) != 0)
        return true;
    int result = protect_main();
    if (result == 0)
        threads_each_stack(protect_one, &result);
    if (result != 0)
        return error_set(error, -result, "",
                         "cannot enable executable stack as shared object requires");
    _rtld_global._dl_stack_flags |= PF_X;
    return true;
}

bool stack_settle(const struct namespace *space, struct error *error) {
    const struct object *executed = options.direct ? linker_object : space->first;
    _rtld_global._dl_stack_flags = executed->stack_flags;
    for (const struct object *object = space->first; object != NULL; object = object->next) {
        bool asks = object->kind == OBJECT_PROGRAM || object->kind == OBJECT_LIBRARY;
        if (asks && !object->missing && (object->stack_flags & PF_X) != 0 &&
            !stack_make_executable(error))
            return false;
    }
    return true;
}
