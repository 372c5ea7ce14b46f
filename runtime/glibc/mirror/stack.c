/* Executable stacks: an object without PT_GNU_STACK, or with PF_X in it, has every thread's stack
 * made executable when it is loaded. How threads are found: optional/. */
#include "glibc/mirror/stack.h"

#include "base/auxv.h"
#include "glibc/tunables.h"
#include "process/options.h"
#include "space/space.h"
#include "base/system.h"
#include "glibc_layout.h"
#include "object/object.h"

enum { PROT_GROWSDOWN = 0x01000000 };

/* The tunable glibc.rtld.execstack, which came with glibc 2.41: never; at start alone; earlier
 * glibcs, which have none such: always. */
enum { NEVER, AT_START, ALWAYS };

static bool settled; /* the start is over */

static bool is_forbidden(void) {
    unsigned long long rule = tunable_number("glibc.rtld.execstack", ALWAYS);
    return rule == NEVER || (rule == AT_START && settled);
}

int stack_protect_main(void) {
    uintptr_t page = (uintptr_t)__libc_stack_end & ~((uintptr_t)process.page_size - 1);
    return space_protect(page, process.page_size, STACK_PROTECTION | PROT_GROWSDOWN);
}

bool stack_make_executable(const struct object *object, struct error *error) {
    if (stack_is_executable())
        return true;
    int result = is_forbidden() ? -E_INVAL : stack_change_all();
    if (result != 0)
        return error_set(error, -result, object->names != NULL ? object->names->name : object->name,
                         "cannot enable executable stack as shared object requires");
    stack_publish(true);
    return true;
}

bool stack_settle(const struct namespace *ns, struct error *error) {
    const struct object *executed = options.direct ? linker_object : ns->first;
    stack_publish((executed->stack_flags & PF_X) != 0);
    for (const struct object *object = ns->first; object != NULL; object = object->next) {
        bool asks = object->kind == OBJECT_PROGRAM || object->kind == OBJECT_LIBRARY;
        if (asks && !object->missing && (object->stack_flags & PF_X) != 0 &&
            !stack_make_executable(object, error))
            return false;
    }
    settled = true;
    return true;
}
