/* What is mapped where: the tree with its meaning.
 *
 * A tracker is a value: all its state is in the struct and its nodes, so that one which was left half
 * changed can be thrown away for another (section.h). Whoever calls here is inside the gate. */
#ifndef WINE_LD_SPACE_TRACKER_H
#define WINE_LD_SPACE_TRACKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "space/break.h"
#include "space/tree.h"

struct tracker {
    struct tree tree;
    struct break_area brk;
    bool busy;       /* someone is changing it or the kernel's list */
    bool incomplete; /* a forked child does not get all that is in here (MADV_DONTFORK) */
    bool blind;      /* the kernel's list cannot be read */
};

/* A claim is address space set aside, with nothing mapped. */
static inline bool range_is_claim(uintptr_t attributes);
/* Whether the kernel has something there. */
static inline bool range_is_mapped(uintptr_t attributes);

/* Begins with one free range. The node memory for a start is part of the linker; `memory` is NULL then, or
 * a mapped chunk. False: no memory. */
void tracker_init(struct tracker *tracker, void *memory, size_t size);

/* Records [start, end), page-aligned. */
void tracker_set(struct tracker *tracker, uintptr_t start, uintptr_t end, uintptr_t attributes,
                 uintptr_t origin);
void tracker_clear(struct tracker *tracker, uintptr_t start, uintptr_t end);
/* Sets the protection of all that is mapped in [start, end). */
void tracker_protect(struct tracker *tracker, uintptr_t start, uintptr_t end, int prot);
/* Records at [to, to + size) what is recorded at [from, from + size), gaps too. No overlap. */
void tracker_copy(struct tracker *tracker, uintptr_t from, size_t size, uintptr_t to);

/* Makes [start, end) agree with the kernel's list, keeping all that it does not contradict. */
void tracker_refresh(struct tracker *tracker, uintptr_t start, uintptr_t end);

/* Takes over what can be read of a tracker that may be half changed. Refresh afterwards. */
void tracker_salvage(struct tracker *tracker, const struct tracker *broken);

#endif
