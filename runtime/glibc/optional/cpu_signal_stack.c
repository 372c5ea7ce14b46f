/* sysconf(_SC_MINSIGSTKSZ), glibc 2.34 and later. */
#include "glibc/cpu/cpu_publish.h"

void cpu_publish_minimum_signal_stack(elf_addr size) {
    _rtld_global_ro._dl_minsigstacksize = size;
}
