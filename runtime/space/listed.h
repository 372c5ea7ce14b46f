/* What the guest's library believes to be kept for it, though the kernel has nothing there.
 *
 * wine calls address space free (VirtualQuery's MEM_FREE) only inside of what its preloader lists,
 * and knows of a view that crosses the end of such a range only if it begins inside. But what is
 * really kept wine fills by itself, first fit. So more is listed than kept, wine's own search is
 * told to leave that part alone, and room in it is chosen here. wine, which takes the part for its
 * own, maps over it and frees in it with MAP_FIXED: here that neither replaces anything of others
 * nor leaves anything behind.
 *
 * All is called inside the gate, but listed_is_used and listed_concerns. */
#ifndef WINE_LD_SPACE_LISTED_H
#define WINE_LD_SPACE_LISTED_H

#include <stdbool.h>
#include <stdint.h>

#include "space/calls.h"
#include "space/tracker.h"

struct listed {
    uintptr_t low, high; /* high: sinks to where the library lets go of it; low == high: nothing */
    uintptr_t stale;     /* from here on it may take for used what is free again; 0: nowhere */
};
extern struct listed listed;

/* Once, at start, when the library will be told. */
void listed_begin(uintptr_t low, uintptr_t high);

static inline bool listed_is_used(void) {
    return listed.low < listed.high;
}

/* Whether [start, start + size) touches it. */
static inline bool listed_touches(uintptr_t start, size_t size) {
    return start < listed.high && start + size > listed.low;
}

/* Whether a call of the guest's library takes a part of it for its own by MAP_FIXED. */
bool listed_concerns(const struct call_mapping *wanted);

/* Before such a call: 0 when the kernel may be asked, which then replaces nothing of others; 1 when
 * it only gave memory back, and has been served; or -errno: something that is not the guest's is in
 * the way. */
int listed_prepare(struct tracker *tracker, const struct call_mapping *wanted);

/* The guest's library unmaps [start, end), which it does only where nothing is kept: what is free
 * already there, it lets go of. */
void listed_let_go(struct tracker *tracker, uintptr_t start, uintptr_t end);

/* Whether a block that begins inside ends outside. */
static inline bool listed_is_left(uintptr_t start, size_t size) {
    return start < listed.high && start + size > listed.high;
}

/* Whether the library can take [start, start + size) for a new block. What it lets go of it no
 * longer looks after: views that were there remain in its list of free ranges as used; and so does
 * the upper part of a block that began inside and was cut in two where nothing is listed. */
static inline bool listed_allows(uintptr_t start, size_t size, bool may_be_cut) {
    return !listed_is_left(start, size) ||
           (!may_be_cut && (listed.stale == 0 || start + size <= listed.stale));
}

/* The end of the part of [start, end) that is as a whole inside or outside. */
static inline uintptr_t listed_part_end(uintptr_t start, uintptr_t end) {
    return listed_is_left(start, end - start) ? listed.high : end;
}

#endif
