/* The mmap family of system calls, bare. Knows how each architecture passes their arguments, from
 * the data in syscall_numbers.h; does not know what is mapped where. */
#include "space/kernel.h"

enum { IPC_STAT = 2, IPC_64 = 0x100 };

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

/* By ipc(2) where libc has it so: the calls of their own came later. */
intptr_t kernel_attach(int segment, uintptr_t address, int flags, uintptr_t *place) {
    uintptr_t attached = 0;
    uintptr_t *written = place != NULL ? place : &attached;
    if (SYS_ipc < 0)
        return system_call(SYS_shmat, segment, (long)address, flags, 0, 0, 0);
    long failed = system_call(SYS_ipc, IPC_SHMAT, segment, flags, (long)written, (long)address, 0);
    return failed < 0 ? failed : (intptr_t)*written;
}

intptr_t kernel_map_old(const void *arguments) {
    return system_call(SYS_old_mmap, (long)arguments, 0, 0, 0, 0, 0);
}

int kernel_detach(uintptr_t address) {
    return (int)(SYS_ipc < 0 ? system_call(SYS_shmdt, (long)address, 0, 0, 0, 0, 0)
                             : system_call(SYS_ipc, IPC_SHMDT, 0, 0, 0, (long)address, 0));
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
    long failed = SYS_ipc < 0 ? system_call(SYS_shmctl, segment, IPC_STAT, (long)&status, 0, 0, 0)
                              : system_call(SYS_ipc, IPC_SHMCTL, segment, IPC_STAT | IPC_64, 0,
                                            (long)&status, 0);
    return failed < 0 ? 0 : status.size;
}

int kernel_remap_pages(uintptr_t address, size_t size, int prot, size_t page, int flags) {
    return (int)system_call(SYS_remap_file_pages, (long)address, (long)size, prot, (long)page,
                            flags, 0);
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
