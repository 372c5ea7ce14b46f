/* i386: libc enters the kernel through a pointer in the TCB, which pthread_create copies. */
#include "arch.h"
#include "glibc/mirror/thread.h"
#include "glibc_layout.h"

void thread_set_sysinfo(struct pthread *thread) {
    _rtld_global_ro._dl_sysinfo = arch_sysinfo;
    thread->header.sysinfo = arch_sysinfo;
}
