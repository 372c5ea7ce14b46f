/* The mmap family of system calls, bare. The only file that issues them.
 *
 * Every function returns what the kernel returns, negative errno on failure, and knows nothing of
 * the tracker. All are async-signal-safe and touch no TLS. Reference: mmap(2), mremap(2), brk(2),
 * shmop(2), madvise(2), mseal(2), map_shadow_stack(2). */
#ifndef WINE_LD_SPACE_KERNEL_H
#define WINE_LD_SPACE_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "syscall_numbers.h"
#include "base/system.h"

/* <sys/mman.h>, <sys/shm.h>: what space.h does not need. */
enum {
    MAP_32BIT = 0x40,
    MAP_GROWSDOWN = 0x100,
    MAP_NORESERVE = 0x4000,
    MAP_STACK = 0x20000,
    MAP_HUGETLB = 0x40000,
    MAP_HUGE_SHIFT = 26,
    MAP_HUGE_MASK = 0x3f,
    MAP_TYPE = 0xf,
    MAP_SHARED_VALIDATE = 3,
    MREMAP_MAYMOVE = 1,
    MREMAP_FIXED = 2,
    MREMAP_DONTUNMAP = 4,
    PROT_GROWSDOWN = 0x01000000,
    PROT_GROWSUP = 0x02000000,
    MADV_DONTFORK = 10,
    MADV_WIPEONFORK = 18,
    SHM_RDONLY = 010000,
    SHM_RND = 020000,
    SHM_REMAP = 040000,
    SHM_EXEC = 0100000,
};

/* Operations of ipc(2), by which i386 has shared memory. */
enum { IPC_SHMAT = 21, IPC_SHMDT = 22, IPC_SHMCTL = 24 };

/* errno values that decide something here. */
enum { E_FAULT = 14, E_OPNOTSUPP = 95, E_TIMEDOUT = 110, E_OVERFLOW = 75 };

/* Whether a value returned by the kernel is -errno. */
static inline bool kernel_failed(intptr_t value) {
    return (uintptr_t)value > (uintptr_t)-4096;
}

/* The largest file offset that fits a call which counts in pages: 32 bits of them. */
#define KERNEL_OFFSET_LIMIT ((uint64_t)UINT32_MAX << SYSCALL_MMAP_SHIFT)

/* In place, as these are called most. `offset` in bytes. One that the architecture's call cannot
 * express is -EINVAL, as in libc. */
static inline intptr_t kernel_map(uintptr_t address, size_t size, int prot, int flags, int fd,
                                  uint64_t offset) {
    uint64_t below_unit = (1U << SYSCALL_MMAP_SHIFT) - 1;
    if (SYSCALL_MMAP_SHIFT != 0 && ((offset & below_unit) != 0 || offset > KERNEL_OFFSET_LIMIT))
        return -E_INVAL;
    return arch_system_call(SYS_mmap, (long)address, (long)size, prot, flags, fd,
                            (long)(offset >> SYSCALL_MMAP_SHIFT));
}

static inline int kernel_unmap(uintptr_t address, size_t size) {
    return (int)arch_system_call(SYS_munmap, (long)address, (long)size, 0, 0, 0, 0);
}

static inline int kernel_protect(uintptr_t address, size_t size, int prot) {
    return (int)arch_system_call(SYS_mprotect, (long)address, (long)size, prot, 0, 0, 0);
}

int kernel_protect_key(uintptr_t address, size_t size, int prot, int key);
intptr_t kernel_remap(uintptr_t old, size_t old_size, size_t new_size, int flags,
                      uintptr_t address);
/* brk(2) as the kernel has it: the break after the call, unchanged when it could not be moved. */
uintptr_t kernel_break(uintptr_t wanted);
/* Where ipc(2) attaches, the kernel writes the address to `place`, if that is not NULL: one that
 * cannot be written to is -EFAULT, and the segment stays attached. */
intptr_t kernel_attach(int segment, uintptr_t address, int flags, uintptr_t *place);
/* i386's first mmap: the kernel reads the arguments from a struct. */
intptr_t kernel_map_old(const void *arguments);
int kernel_detach(uintptr_t address);
/* The size of a System V shared memory segment in bytes; 0 when it is not there or not readable. */
size_t kernel_segment_size(int segment);
int kernel_remap_pages(uintptr_t address, size_t size, int prot, size_t page, int flags);
int kernel_seal(uintptr_t address, size_t size, unsigned long flags);
intptr_t kernel_shadow_stack(uintptr_t address, size_t size, unsigned flags);
int kernel_advise(uintptr_t address, size_t size, int advice);

#endif
