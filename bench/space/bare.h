/* The bare system calls, past everything that stands before the kernel. */
#ifndef BENCH_SPACE_BARE_H
#define BENCH_SPACE_BARE_H

#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>

#ifdef __x86_64__
static inline long bare_syscall(long number, long a, long b, long c, long d, long e, long f) {
    register long r10 __asm__("r10") = d, r8 __asm__("r8") = e, r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "+a"(number)
                     : "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return number;
}
enum { BARE_MMAP = SYS_mmap };
#else
/* Through the kernel's own entry (AT_SYSINFO), as libc does it. */
static inline long bare_syscall(long number, long a, long b, long c, long d, long e, long f) {
    const long values[7] = {number, a, b, c, d, e, f};
    long result = (long)values;
    __asm__ volatile("pushl %%ebx\n\tpushl %%ebp\n\tpushl %%esi\n\tpushl %%edi\n\t"
                     "movl 4(%%eax), %%ebx\n\tmovl 8(%%eax), %%ecx\n\tmovl 12(%%eax), %%edx\n\t"
                     "movl 16(%%eax), %%esi\n\tmovl 20(%%eax), %%edi\n\tmovl 24(%%eax), %%ebp\n\t"
                     "movl (%%eax), %%eax\n\tcall *%%gs:0x10\n\t"
                     "popl %%edi\n\tpopl %%esi\n\tpopl %%ebp\n\tpopl %%ebx"
                     : "+a"(result)
                     :
                     : "ecx", "edx", "memory");
    return result;
}
enum { BARE_MMAP = SYS_mmap2 };
#endif

static inline void *bare_mmap(void *address, size_t size, int prot, int flags, int fd, long offset) {
    return (void *)bare_syscall(BARE_MMAP, (long)address, (long)size, prot, flags, fd, offset);
}
static inline int bare_munmap(void *address, size_t size) {
    return (int)bare_syscall(SYS_munmap, (long)address, (long)size, 0, 0, 0, 0);
}
static inline void *find_function(const char *name) {
    return dlsym(RTLD_DEFAULT, name);
}

#endif
