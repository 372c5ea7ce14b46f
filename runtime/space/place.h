/* Choosing addresses: the policy applied to the free space of a tracker. */
#ifndef WINE_LD_SPACE_PLACE_H
#define WINE_LD_SPACE_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "space/policy.h"
#include "space/tracker.h"

/* What is wanted. */
struct place_request {
    enum space_kind kind;
    size_t size;         /* page multiple */
    size_t align;        /* power of two, at least; 0: a page */
    uintptr_t low, high; /* limits; high 0: none */
};

/* An address for it by `policy`, or 0: the policy leaves the choice to the kernel, or has no
 * room. */
uintptr_t place_choose(struct tracker *tracker, const struct place_request *request);

/* The same when the rule for it is known; NULL: there is none. */
uintptr_t place_by_rule(struct tracker *tracker, const struct place_request *request,
                        const struct policy_rule *rule);

/* Whether the kernel would honour a hint to map [start, end): free, and not in the way of a
 * stack. */
bool place_allows(struct tracker *tracker, uintptr_t start, uintptr_t end);

/* The arguments of mmap(2) that placing does not change. */
struct place_mapping {
    int prot, flags, fd; /* flags without MAP_FIXED */
    uint64_t offset;
};

/* Maps it where the policy says; asks the kernel with MAP_FIXED_NOREPLACE, so that nothing the
 * tracker does not know of is ever replaced, and learns from its refusal. Address or -errno. Does
 * not record it. */
intptr_t place_map(struct tracker *tracker, const struct place_request *request,
                   const struct place_mapping *mapping);

/* The rest of place_map, after the kernel answered `got` when it was asked for `address` (0: for
 * any): tries others if that may help. */
intptr_t place_again(struct tracker *tracker, const struct place_request *request,
                     const struct place_mapping *mapping, uintptr_t address, intptr_t got);

/* Anonymous memory of the linker. Address or -errno. Does not record it. */
intptr_t place_linker_memory(struct tracker *tracker, size_t size);

#endif
