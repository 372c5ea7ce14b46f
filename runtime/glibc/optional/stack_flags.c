/* Up to glibc 2.42 stacks have the flags of a program header. */
#include "glibc/mirror/stack.h"
#include "glibc_layout.h"

bool stack_is_executable(void) {
    return (_rtld_global._dl_stack_flags & PF_X) != 0;
}

void stack_publish(bool executable) {
    _rtld_global._dl_stack_flags = PF_R | PF_W | (executable ? PF_X : 0);
}
