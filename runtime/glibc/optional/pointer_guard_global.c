/* The word that mangles function pointers as a variable of the linker's, which libc imports. */
#include "glibc/mirror/thread.h"
#include "glibc_layout.h"

void thread_set_pointer_guard(struct pthread *thread, elf_addr guard) {
    (void)thread;
    __pointer_chk_guard = guard;
}
