/* The address space as wine-ld knows it, for programs that want to ask or to place things
 * themselves.
 *
 * These functions are exported by the dynamic linker under the symbol version WINE_LD_1. Find them
 * with dlsym(RTLD_DEFAULT, "wine_ld_query"): the result is NULL under another linker.
 *
 * All are thread-safe. All are async-signal-safe too, with a reservation that is stated where it
 * applies: a handler may have interrupted another call of the mmap family in its own thread.
 * Structs grow at their end only; the caller passes the size that he knows. */
#ifndef WINE_LD_H
#define WINE_LD_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WINE_LD_API_VERSION 2

/* What a range of addresses is. Later versions may have more. */
enum wine_ld_kind {
    WINE_LD_FREE = 0,
    WINE_LD_IMAGE = 1, /* segment of an executable or library */
    WINE_LD_FILE = 2,  /* other file mapping */
    WINE_LD_ANONYMOUS = 3,
    WINE_LD_STACK = 4,    /* of a thread */
    WINE_LD_BREAK = 5,    /* brk area */
    WINE_LD_SHARED = 6,   /* shared anonymous or System V memory */
    WINE_LD_RESERVED = 7, /* set aside */
    WINE_LD_KERNEL = 8,   /* vdso, vvar */
    WINE_LD_LINKER = 9,   /* the dynamic linker's own */
    WINE_LD_HEAP = 10,    /* anonymous memory of libc: malloc */
    WINE_LD_GUEST = 11,   /* what wine maps for the Windows program */
    WINE_LD_DEVICE = 12,  /* shared mapping of a device: graphics memory */
};

enum wine_ld_flags {
    WINE_LD_MAPPED =
        1, /* the kernel has a mapping there; not so in what is free or merely claimed */
    WINE_LD_IS_SHARED = 2, /* MAP_SHARED */
    WINE_LD_NO_FILE = 4,   /* MAP_ANONYMOUS */
    WINE_LD_GROWS = 8,     /* MAP_GROWSDOWN */
    WINE_LD_HUGE = 16,     /* MAP_HUGETLB */
    WINE_LD_FIRST = 32,    /* begins with the first page of what one call mapped */
};

/* One range: addresses that are alike in everything below. */
struct wine_ld_mapping {
    uintptr_t start, end;
    uint32_t kind;       /* enum wine_ld_kind */
    uint32_t protection; /* PROT_READ 1, PROT_WRITE 2, PROT_EXEC 4 */
    uint32_t flags;      /* enum wine_ld_flags */
    uint32_t reserved;
    uintptr_t caller;  /* the code that asked for it; 0: not known, or an image */
    const char *owner; /* path of the image as it was asked for, or of the one that `caller` is
                          in; NULL: not known. Valid as long as that image stays loaded */
};

struct wine_ld_statistics {
    size_t mappings;      /* ranges with something in them */
    size_t tracker_bytes; /* memory in use for knowing them */
    size_t mapped_bytes;
    size_t largest_free;  /* between the lowest and the highest address that a policy may use */
    size_t total_free;    /* likewise */
    uint32_t gate_forced; /* how often a stuck call was overtaken */
    uint32_t reserved;
};

/* Which room a block gets. */
enum wine_ld_direction {
    WINE_LD_BY_POLICY = 0, /* where the policy puts such memory; else the lowest */
    WINE_LD_LOWEST = 1,
    WINE_LD_HIGHEST = 2,
};

/* What wine_ld_map is asked for. In all fields but `size` 0 means: nothing is asked for. */
struct wine_ld_request {
    size_t size, align;  /* bytes; a power of two, 0: a page */
    uintptr_t low, high; /* the block lies within [low, high); high 0: no limit */
    uint32_t kind;       /* WINE_LD_ANONYMOUS (the same as 0) or WINE_LD_GUEST */
    uint32_t direction;  /* enum wine_ld_direction */
    uint32_t protection; /* PROT_READ 1, PROT_WRITE 2, PROT_EXEC 4 */
    uint32_t reserved;   /* 0 */
};

/* WINE_LD_API_VERSION of the linker. 1: all but wine_ld_map. */
int wine_ld_version(void);

/* The range that holds `address`, free ones too. Fills `size` bytes of `*mapping` and returns 0. In
 * a handler that interrupted another call it comes from the kernel's list, without caller and
 * owner; -1 when that cannot be read either. */
int wine_ld_query(const void *address, struct wine_ld_mapping *mapping, size_t size);

/* The ranges of [start, end), in ascending order, free ones too; the first and the last may reach
 * beyond. Fills up to `count` elements of `size` bytes and returns how many. To go on, start at the
 * end of the last. 0 in a handler that interrupted another call. */
size_t wine_ld_mappings(const void *start, const void *end, struct wine_ld_mapping *mappings,
                        size_t count, size_t size);

/* The largest free block within [low, high) whose start is a multiple of `align` (a power of two,
 * 0: a page); never next to NULL, where wine_ld_allocate puts nothing either. Returns its start and
 * puts its size into `*size`; NULL and 0: none, or in a handler that interrupted another call. */
void *wine_ld_largest_free(const void *low, const void *high, size_t align, size_t *size);

/* Maps `size` bytes of private anonymous memory within [low, high), at a multiple of `align`;
 * `high` NULL: no limit; both NULL: where the policy puts such memory. Free it with munmap. NULL
 * with errno: ENOMEM, no room; EINVAL, a size of nothing or an `align` that is none; EAGAIN, in a
 * handler that interrupted another call; or what mmap says. */
void *wine_ld_allocate(const void *low, const void *high, size_t size, size_t align,
                       int protection);

/* Maps private anonymous memory as `*request`, of which the caller knows `size` bytes, says: where
 * wine_ld_allocate has no word for it. What is mapped for the guest (WINE_LD_GUEST) also gets room
 * that is set aside for the break before it is refused. Free it with munmap. NULL with errno as
 * wine_ld_allocate; EINVAL for an unknown kind or direction too. Since version 2. */
void *wine_ld_map(const struct wine_ld_request *request, size_t size);

/* Takes [address, address + size) out of use: nothing is placed there until it is mapped with
 * MAP_FIXED or released. It is mapped without access, so that the kernel respects it too. 0, or -1
 * with errno: EEXIST when something is there, or what mmap says. */
int wine_ld_reserve(void *address, size_t size);

/* Gives a reservation back, or a part of one, with what was mapped there since. 0; or -1 with errno
 * and nothing done: EINVAL when nothing there is reserved by wine_ld_reserve, EAGAIN in a handler
 * that interrupted another call. */
int wine_ld_release(void *address, size_t size);

/* Fills `size` bytes of `*statistics`. 0, or -1 in a handler that interrupted another call. */
int wine_ld_statistics(struct wine_ld_statistics *statistics, size_t size);

#ifdef __cplusplus
}
#endif

#endif
