/* From glibc 2.37 on a thread's innermost catch of a linker error is a field of struct pthread,
 * kept by the linker. */
#include "arch.h"
#include "glibc/entry/exceptions.h"

void **exception_thread_slot(void) {
    struct pthread *thread = arch_thread_pointer();
    return (void **)(void *)&thread->rtld_catch;
}
