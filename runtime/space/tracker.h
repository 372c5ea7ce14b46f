/* What is mapped where: the tree with its meaning.
 *
 * A tracker is a value: all its state is in the struct and its nodes, so that one which was left
 * half changed can be thrown away for another (section.h). Whoever calls here is inside the
 * gate. */
#ifndef WINE_LD_SPACE_TRACKER_H
#define WINE_LD_SPACE_TRACKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "space/kernel.h"
#include "space/space.h"
#include "space/tree.h"

/* The last mapping that got its address from the policy: a call with the same arguments gets the
 * same in the same tree. */
struct tracker_choice {
    struct range range; /* end 0: none is remembered */
    size_t size;        /* of the call; range.origin is who made it */
    int prot, flags;
};

struct tracker {
    struct tree tree;
    struct tracker_choice choice;
    size_t memory; /* bytes of the mapping that begins with this struct, 0: it is not mapped so */
    bool busy;     /* someone is changing it or the kernel's list */
    bool grows;    /* there are MAP_GROWSDOWN mappings with nothing set aside below them */
    bool blind;    /* the kernel's list could not be read */
    uintptr_t doubt_start, doubt_end; /* see tracker_doubt; start == end: none */
};

static inline enum space_kind range_kind(uintptr_t attributes) {
    return (enum space_kind)(attributes & RANGE_KIND);
}
static inline int range_prot(uintptr_t attributes) {
    return (int)((attributes & RANGE_PROT) >> RANGE_PROT_SHIFT);
}
/* Address space set aside with nothing mapped there. */
static inline bool range_is_claim(uintptr_t attributes) {
    return (attributes & (RANGE_KIND | RANGE_ANONYMOUS)) == SPACE_RESERVED;
}
/* Whether the kernel has something there. */
static inline bool range_is_mapped(uintptr_t attributes) {
    return range_kind(attributes) != SPACE_FREE && !range_is_claim(attributes);
}

/* The attributes of a new mapping with these arguments of mmap(2). */
static inline uintptr_t range_attributes(enum space_kind kind, int prot, int flags) {
    uintptr_t attributes = (uintptr_t)kind | RANGE_HEAD;
    attributes |= ((uintptr_t)prot << RANGE_PROT_SHIFT) & RANGE_PROT;
    attributes |= (flags & MAP_TYPE) != MAP_PRIVATE ? RANGE_SHARED : 0;
    attributes |= (flags & MAP_ANONYMOUS) != 0 ? RANGE_ANONYMOUS : 0;
    attributes |= (flags & MAP_GROWSDOWN) != 0 ? RANGE_GROWS : 0;
    attributes |= (flags & MAP_HUGETLB) != 0 ? RANGE_HUGE : 0;
    return attributes;
}

/* Begins with one free range, in a chunk of zeroed memory. */
void tracker_init(struct tracker *tracker, void *memory, size_t size);

/* Sets address space aside for nodes, once, at start: among the program's mappings a chunk could
 * take a hole that the program takes for its own, and unmaps or replaces with what lies around. */
void tracker_reserve_nodes(struct tracker *tracker);

/* Unmaps its memory. What another tracker says of that memory is the caller's business. */
void tracker_dispose(struct tracker *tracker);

/* Records [start, end), page-aligned. Never fails: without memory for nodes the program ends. */
void tracker_set(struct tracker *tracker, uintptr_t start, uintptr_t end, uintptr_t attributes,
                 uintptr_t origin);
/* The same for what was put into free space as an allocation of its own (RANGE_HEAD); cheaper if it
 * is unmapped before the tracker is asked for anything else. */
void tracker_put(struct tracker *tracker, const struct range *range);
/* Anonymous memory of the linker. */
void tracker_set_linker(struct tracker *tracker, uintptr_t start, uintptr_t end);
void tracker_clear(struct tracker *tracker, uintptr_t start, uintptr_t end);
/* Nothing is mapped in [start, end) any more. Claims stay. False: nothing was. */
bool tracker_unmapped(struct tracker *tracker, uintptr_t start, uintptr_t end);
/* Sets the protection of all that is mapped in [start, end), as the kernel's list shows it. */
void tracker_protect(struct tracker *tracker, uintptr_t start, uintptr_t end, int prot);
/* Records at [to, to + size) what is mapped at [from, from + size). Under gaps the target stays as
 * it is, as mremap leaves it (since Linux 6.17; older kernels move nothing that has gaps). No
 * overlap. */
void tracker_copy(struct tracker *tracker, uintptr_t from, size_t size, uintptr_t to);

/* Whether nothing at all is recorded in [start, end). */
bool tracker_is_free(struct tracker *tracker, uintptr_t start, uintptr_t end);
/* Makes [start, end) agree with the kernel's list, keeping all that it does not contradict. */
void tracker_refresh(struct tracker *tracker, uintptr_t start, uintptr_t end);

/* What is recorded for [start, end) may not be so: a call that failed may have done a part. It
 * costs nothing until somebody asks (tracker_resolve). To be used for what placing survives: a
 * protection, or something gone that is still recorded. */
void tracker_doubt(struct tracker *tracker, uintptr_t start, uintptr_t end);

/* Before a question: reads the kernel's list for what is in doubt. */
void tracker_resolve(struct tracker *tracker);

/* Takes over what can be read of a tracker that may be half changed. Refresh afterwards. */
void tracker_salvage(struct tracker *tracker, const struct tracker *broken);

#endif
