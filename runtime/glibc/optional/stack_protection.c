/* Since glibc 2.43 stacks have the bits of mmap. */
#include "glibc/mirror/stack.h"
#include "glibc_layout.h"

bool stack_is_executable(void) {
    return (_rtld_global._dl_stack_prot_flags & PROT_EXEC) != 0;
}

void stack_publish(bool executable) {
    _rtld_global._dl_stack_prot_flags = PROT_READ | PROT_WRITE | (executable ? PROT_EXEC : 0);
}
