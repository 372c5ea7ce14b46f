/* The word that mangles function pointers in the TCB, from where pthread_create copies it. */
#include "glibc/mirror/thread.h"
#include "glibc_layout.h"

void thread_set_pointer_guard(struct pthread *thread, elf_addr guard) {
    thread->header.pointer_guard = guard;
}
