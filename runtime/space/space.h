/* The address space: what the rest of the linker asks of it. Nothing outside runtime/space/ issues
 * a system call of the mmap family.
 *
 * Addresses are chosen here and offered to the kernel as hints; the kernel stays the truth. All
 * calls are thread-safe and async-signal-safe, touch no TLS and set no errno. Failures come back as
 * negative errno. How that works is in docs/address-space.md. */
#ifndef WINE_LD_SPACE_H
#define WINE_LD_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Linux <sys/mman.h> values used by name, the same on both architectures. */
enum {
    PROT_NONE = 0,
    PROT_READ = 1,
    PROT_WRITE = 2,
    PROT_EXEC = 4,
    MAP_SHARED = 1,
    MAP_PRIVATE = 2,
    MAP_FIXED = 0x10,
    MAP_ANONYMOUS = 0x20,
    MAP_FIXED_NOREPLACE = 0x100000,
};

/* What a mapping is, for the policy and for people. */
enum space_kind {
    SPACE_FREE = 0,
    SPACE_IMAGE, /* segment of an ELF object; owner: struct object */
    SPACE_FILE,  /* other file mapping */
    SPACE_ANONYMOUS,
    SPACE_STACK,    /* thread stack (MAP_STACK) or the initial one */
    SPACE_BREAK,    /* brk area */
    SPACE_SHARED,   /* System V or other shared memory */
    SPACE_RESERVED, /* claimed by us, nothing mapped (or PROT_NONE reservation) */
    SPACE_KERNEL,   /* vdso, vvar */
    SPACE_LINKER,   /* ours: image, heap, tracker */
    SPACE_HEAP,     /* anonymous memory that the C library asked for itself: malloc */
    SPACE_GUEST,    /* what wine maps for the Windows program */
    SPACE_DEVICE,   /* shared mapping of a device file: graphics memory */
    SPACE_KINDS,
};

/* Seeds the tracker from /proc/self/maps and chooses the policy. Before the first object is mapped.
 * `page_size` in bytes. */
void space_init(size_t page_size);

/* The range that an ELF image takes, filled with the bytes that its first segment begins with. */
struct space_image {
    bool fixed;         /* exactly there (ET_EXEC) */
    uintptr_t address;  /* of a fixed one */
    size_t size, align; /* bytes, multiple of a page; a power of two */
    int prot, fd;
    uint64_t offset;
    void *owner;
};

/* Maps the whole range in one call, so that nothing else can be placed there, by whatever means:
 * the segments then replace their parts of it. The policy chooses where; else the kernel does.
 * -EEXIST when something is in the way of a fixed one. Returns the address or -errno. */
intptr_t space_claim(const struct space_image *image);

/* Replaces part of a claimed range: as mmap(2) with MAP_FIXED; fd -1 maps anonymous memory. */
intptr_t space_map_claimed(uintptr_t address, size_t size, int prot, int flags, int fd,
                           uint64_t offset, void *owner);

/* Says in the trace, if there is one, what an image is called. */
void space_name(uintptr_t start, uintptr_t end, const char *name);

/* Unmaps and gives back a claimed range, with all that was mapped in it. */
int space_release(uintptr_t address, size_t size);

/* Names the owner of an image that is mapped already: the program, which the kernel mapped. */
void space_adopt(uintptr_t start, uintptr_t end, void *owner);

/* Anonymous private memory for the linker itself. Address or -errno. */
intptr_t space_allocate(size_t size);

/* A read-only private file mapping for the linker itself (ld.so.cache). Address or -errno. */
intptr_t space_map_file(int fd, size_t size);

/* A word for the one caller of this: 1, and 0 in a forked child until it is set again, once
 * space_watch_forks was called (always 1 before Linux 4.14, where nothing tells). After
 * space_init. */
uint32_t *space_fork_mark(void);

/* Before the second thread: forks are to be noticed from now on. See gate_watch_forks. */
void space_watch_forks(void);

/* munmap(2), mprotect(2) on any range, tracked. 0 or -errno. */
int space_unmap(uintptr_t address, size_t size);
int space_protect(uintptr_t address, size_t size, int prot);

/* A bit for each name of ours, by its hash. */
enum { HOOK_WORDS = 8 };
extern uint32_t hook_names[HOOK_WORDS];

/* False: no function of ours has a name with this GNU hash. All other names are few. */
static inline bool space_may_hook(uint32_t gnu_hash) {
    return (hook_names[gnu_hash / 32 % HOOK_WORDS] >> gnu_hash % 32 & 1) != 0;
}

/* The function that serves the mmap-family symbol `name` ("mmap", "mmap64", "munmap", ...), or 0
 * when it is not one or the library's own is to serve. Every import and dlsym of such a name binds
 * to it. */
uintptr_t space_hook(const char *name);

/* Reads WINE_LD_ENTRIES: "write" has libc's entries replaced also where a seccomp filter is in
 * force, "keep" nowhere. Before the first space_patch_library. */
void space_patch_init(void);

/* Replaces the bodies of the mmap-family entries inside the C library (generated table: symbol,
 * expected bytes). `find` gives the run-time address of a dynamic symbol of that library, 0: none.
 * What cannot be replaced, because the code may not be written to, a filter might end the process
 * for that, or somebody has changed it, stays as it is: then only imports are served, and the calls
 * that the library makes itself are met as bare system calls are. `lasting`: the library is the
 * base namespace's, and stays; further ones may be unloaded. */
void space_patch_library(const char *soname, bool lasting,
                         uintptr_t (*find)(void *library, const char *symbol), void *library);

/* The program was mapped: if it is the guest's, address space is kept for the guest, as wine's
 * preloader does. `find` as above. */
void space_keep_for_guest(uintptr_t (*find)(void *program, const char *symbol), void *program);

/* libc's syscall(3), which makes the calls that are not of the mmap family. NULL: none. */
void space_set_syscall(long (*call)(long number, long a, long b, long c, long d, long e, long f));

/* Where the calling thread's errno lives, once libc is up (libc's __errno_location). */
void space_set_errno_location(int *(*location)(void));

/* There is more than one C library from now on: `find` gives the run-time address of a symbol in
 * the one that serves the code at `caller`, 0: none does. It takes no lock; callable in a signal
 * handler. */
void space_set_libc_finder(uintptr_t (*find)(uintptr_t caller, const char *symbol));

#endif
