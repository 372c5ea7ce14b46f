/* The calls of the mmap family, served: each chooses an address where the caller left that open,
 * asks the kernel, and records what became of it. The libc functions in front of them are in
 * hooks.c.
 *
 * All return what the system call returns, negative errno on failure: the same errno that the
 * kernel gives for the same arguments. All are thread-safe, async-signal-safe and safe in any kind
 * of child. `caller` is the address that the call came from. */
#ifndef WINE_LD_SPACE_CALLS_H
#define WINE_LD_SPACE_CALLS_H

#include <stddef.h>
#include <stdint.h>

#include "space/tracker.h"

/* The arguments of mmap(2); `offset` in bytes. */
struct call_mapping {
    uintptr_t address;
    size_t size;
    int prot, flags, fd;
    uint64_t offset;
    uintptr_t caller;
};

intptr_t call_map(const struct call_mapping *wanted);
/* i386's first mmap. Its arguments lie in memory of the program's, which only the kernel can read
 * and still answer EFAULT: so it chooses the address, too. */
intptr_t call_map_old(const void *arguments);
int call_unmap(uintptr_t address, size_t size, uintptr_t caller);
int call_protect(uintptr_t address, size_t size, int prot);
int call_protect_key(uintptr_t address, size_t size, int prot, int key);
intptr_t call_remap(uintptr_t old, size_t old_size, size_t new_size, int flags, uintptr_t address,
                    uintptr_t caller);
/* `place`, if not NULL, is the program's, and for the kernel alone to write to (kernel_attach). */
intptr_t call_attach(int segment, uintptr_t address, int flags, uintptr_t *place, uintptr_t caller);
int call_detach(uintptr_t address);
int call_remap_pages(uintptr_t address, size_t size, int prot, size_t page, int flags);
int call_seal(uintptr_t address, size_t size, unsigned long flags);
intptr_t call_shadow_stack(uintptr_t address, size_t size, unsigned flags, uintptr_t caller);
int call_advise(uintptr_t address, size_t size, int advice);

/* Anonymous memory that code in [start, end), the C library's, asks for is SPACE_HEAP. */
void call_set_library(uintptr_t start, uintptr_t end);

#endif
