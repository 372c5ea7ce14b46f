/* The kernel's own list of mappings, /proc/thread-self/maps: by PROCMAP_QUERY (Linux 6.11) where
 * only a part is wanted, as text otherwise. */
#ifndef WINE_LD_SPACE_MAPS_H
#define WINE_LD_SPACE_MAPS_H

#include <stdbool.h>
#include <stdint.h>

/* What lies behind a mapping, as far as its name tells. */
enum maps_name {
    MAPS_ANONYMOUS,
    MAPS_FILE,
    MAPS_STACK,   /* [stack] */
    MAPS_BREAK,   /* [heap] */
    MAPS_KERNEL,  /* [vdso], [vvar], [vsyscall] */
    MAPS_SEGMENT, /* System V shared memory */
};

struct maps_entry {
    uintptr_t start, end;
    int prot;
    bool shared;
    enum maps_name name; /* MAPS_ANONYMOUS or MAPS_FILE only, when the list was not read as text */
};

/* Calls `visit` for every mapping that touches [start, end), in ascending order. Returns false when
 * the list cannot be read (no /proc; a filter that the program has installed): `visit` may then
 * have been called for a part. Uses 4 KiB of stack. */
bool maps_read(uintptr_t start, uintptr_t end,
               void (*visit)(void *context, const struct maps_entry *entry), void *context);

#endif
