/* The functions that stand in for libc's: the same signatures, errno as libc has it. */
#ifndef WINE_LD_SPACE_HOOKS_H
#define WINE_LD_SPACE_HOOKS_H

#include <stddef.h>
#include <stdint.h>

void *hook_mmap(void *address, size_t size, int prot, int flags, int fd, long offset);
void *hook_mmap64(void *address, size_t size, int prot, int flags, int fd, int64_t offset);
int hook_munmap(void *address, size_t size);
/* Variadic in libc: the last argument is there when flags say so. */
void *hook_mremap(void *old, size_t old_size, size_t new_size, int flags, void *address);
int hook_mprotect(void *address, size_t size, int prot);
int hook_pkey_mprotect(void *address, size_t size, int prot, int key);
int hook_brk(void *address);
void *hook_sbrk(intptr_t increment);
void *hook_shmat(int segment, const void *address, int flags);
int hook_shmdt(const void *address);
int hook_remap_file_pages(void *address, size_t size, int prot, size_t page, int flags);
int hook_mseal(void *address, size_t size, unsigned long flags);
void *hook_map_shadow_stack(void *address, size_t size, unsigned flags);
int hook_madvise(void *address, size_t size, int advice);
/* Variadic in libc; reads six arguments as libc's does. */
long hook_syscall(long number, long a, long b, long c, long d, long e, long f);

/* -1 with errno set when `result` is -errno, else `result`. */
long with_errno(intptr_t result);

#endif
