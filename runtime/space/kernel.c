/* The mmap family of system calls, bare. Knows how each architecture passes their arguments, from the
 * data in syscall_numbers.h; does not know what is mapped where. */
#include "space/kernel.h"

#include "syscall_numbers.h"
#include "system.h"

enum { IPC_STAT = 2 };

/* The largest file offset of a system call that counts in pages: 32 bits of them. */
#define OFFSET_LIMIT ((uint64_t)UINT32_MAX << SYSCALL_MMAP_SHIFT)

intptr_t kernel_map(uintptr_t address, size_t size, int prot, int flags, int fd, uint64_t offset) {
    uint64_t below_unit = (1U << SYSCALL_MMAP_SHIFT) - 1;
    if (SYSCALL_MMAP_SHIFT != 0 && ((offset & below_unit) != 0 || offset > OFFSET_LIMIT)) {
        return -E_INVAL;
    }
    return system_call(SYS_mmap, (long)address, (long)size, prot, flags, fd,
                       (long)(offset >> SYSCALL_MMAP_SHIFT));
}

int kernel_unmap(uintptr_t address, size_t size) {
    return (int)system_call(SYS_munmap, (long)address, (long)size, 0, 0, 0, 0);
}

int kernel_protect(uintptr_t address, size_t size, int prot) {
    return (int)system_call(SYS_mprotect, (long)address, (long)size, prot, 0, 0, 0);
}

int kernel_protect_key(uintptr_t address, size_t size, int prot, int key) {
    return (int)system_call(SYS_pkey_mprotect, (long)address, (long)size, prot, key, 0, 0);
}

intptr_t kernel_remap(uintptr_t old, size_t old_size, size_t new_size, int flags,
                      uintptr_t address) {
    return system_call(SYS_mremap, (long)old, (long)old_size, (long)new_size, flags, (long)address,
                       0);
}

uintptr_t kernel_break(uintptr_t wanted) {
    return (uintptr_t)system_call(SYS_brk, (long)wanted, 0, 0, 0, 0, 0);
}

intptr_t kernel_attach(int segment, uintptr_t address, int flags) {
    return system_call(SYS_shmat, segment, (long)address, flags, 0, 0, 0);
}

int kernel_detach(uintptr_t address) {
    return (int)system_call(SYS_shmdt, (long)address, 0, 0, 0, 0, 0);
}

size_t kernel_segment_size(int segment) {
    struct {
        int32_t key;
        uint32_t owner[4], mode;
        uint16_t sequence, padding;
        unsigned long unused[2];
        size_t size;
        unsigned long rest[16];
    } status = {.size = 0}; /* struct shmid64_ds */
    return system_call(SYS_shmctl, segment, IPC_STAT, (long)&status, 0, 0, 0) < 0 ? 0 : status.size;
}

int kernel_remap_pages(uintptr_t address, size_t size, int prot, size_t page, int flags) {
    return (int)system_call(SYS_remap_file_pages, (long)address, (long)size, prot, (long)page, flags,
                            0);
}

int kernel_seal(uintptr_t address, size_t size, unsigned long flags) {
    return (int)system_call(SYS_mseal, (long)address, (long)size, (long)flags, 0, 0, 0);
}

intptr_t kernel_shadow_stack(uintptr_t address, size_t size, unsigned flags) {
    return system_call(SYS_map_shadow_stack, (long)address, (long)size, (long)flags, 0, 0, 0);
}

int kernel_advise(uintptr_t address, size_t size, int advice) {
    return (int)system_call(SYS_madvise, (long)address, (long)size, advice, 0, 0, 0);
}
