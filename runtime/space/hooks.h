/* The functions that stand in for libc's: the same signatures, errno as libc has it. To debuggers
 * they have libc's names: who breaks on mmap means the program's calls. */
#ifndef WINE_LD_SPACE_HOOKS_H
#define WINE_LD_SPACE_HOOKS_H

#include <stddef.h>
#include <stdint.h>

void *hook_mmap(void *address, size_t size, int prot, int flags, int fd,
                long offset) __asm__("mmap");
void *hook_mmap64(void *address, size_t size, int prot, int flags, int fd,
                  int64_t offset) __asm__("mmap64");
int hook_munmap(void *address, size_t size) __asm__("munmap");
/* Variadic in libc: the last argument is there when flags say so. */
void *hook_mremap(void *old, size_t old_size, size_t new_size, int flags,
                  void *address) __asm__("mremap");
int hook_mprotect(void *address, size_t size, int prot) __asm__("mprotect");
int hook_pkey_mprotect(void *address, size_t size, int prot, int key) __asm__("pkey_mprotect");
int hook_brk(void *address) __asm__("brk");
void *hook_sbrk(intptr_t increment) __asm__("sbrk");
void *hook_shmat(int segment, const void *address, int flags) __asm__("shmat");
int hook_shmdt(const void *address) __asm__("shmdt");
int hook_remap_file_pages(void *address, size_t size, int prot, size_t page,
                          int flags) __asm__("remap_file_pages");
int hook_mseal(void *address, size_t size, unsigned long flags) __asm__("mseal");
void *hook_map_shadow_stack(void *address, size_t size, unsigned flags) __asm__("map_shadow_stack");
int hook_madvise(void *address, size_t size, int advice) __asm__("madvise");
/* Variadic in libc; reads six arguments as libc's does. */
long hook_syscall(long number, long a, long b, long c, long d, long e, long f) __asm__("syscall");

typedef long system_call_function(long number, long a, long b, long c, long d, long e, long f);

/* Variadic in libc; reads five arguments as libc's does. It is libc's own that runs: only what it
 * says of filters counts here. */
int hook_prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d);

/* Before anything is bound: notes the names that there are (space_may_hook). */
void hooks_init(void);

/* libc's own answers, but to the guest's library that asks what its preloader kept. Only in a
 * process where more is listed than kept (listed.h). */
char *hook_getenv(const char *name);

/* A library that stays was mapped: where libc's own prctl and getenv are, if they are in this one.
 */
void hooks_find_library(uintptr_t (*find)(void *library, const char *symbol), void *library);

/* -1 with the errno of the code at `caller` set when `result` is -errno, else `result`. */
long with_errno(uintptr_t caller, intptr_t result);

#endif
