/* Choosing addresses: the policy applied to the free space of a tracker. */
#ifndef WINE_LD_SPACE_PLACE_H
#define WINE_LD_SPACE_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "space/page.h"
#include "space/policy.h"
#include "space/tracker.h"

/* Nothing is put below: the kernel's usual vm.mmap_min_addr, to which it raises lower hints. */
enum { PLACE_LOWEST = 16 * PAGE };

/* What is wanted. */
struct place_request {
    enum space_kind kind;
    size_t size;         /* page multiple */
    size_t align;        /* power of two, at least; 0: a page */
    uintptr_t low, high; /* limits; high 0: none */
    bool may_be_cut;     /* by the guest's library: listed.h */
    size_t gap;          /* bytes to leave free below it where there is room for that too */
};

/* An address for it by `policy`, or 0: the policy leaves the choice to the kernel, or has no
 * room. */
uintptr_t place_choose(struct tracker *tracker, const struct place_request *request);

/* The same when the rule for it is known; NULL: there is none. */
uintptr_t place_by_rule(struct tracker *tracker, const struct place_request *request,
                        const struct policy_rule *rule);

/* The lowest or (`top`) highest room for it within its own limits, whatever the policy says. 0:
 * there is none. */
uintptr_t place_within(struct tracker *tracker, const struct place_request *request, bool top);

/* Whether the kernel may honour a hint to map [start, end): nothing is known to be mapped there,
 * whatever the room is kept for, and no stack may want to grow into it. */
bool place_allows(struct tracker *tracker, uintptr_t start, uintptr_t end);

/* A call of mmap(2) as its maker made it, without MAP_FIXED and MAP_FIXED_NOREPLACE. */
struct place_mapping {
    uintptr_t address; /* the hint, 0: none */
    size_t size;
    int prot, flags, fd;
    uint64_t offset;
};

/* Makes that call with another hint. */
static inline intptr_t place_ask(const struct place_mapping *mapping, uintptr_t address) {
    return kernel_map(address, mapping->size, mapping->prot, mapping->flags, mapping->fd,
                      mapping->offset);
}

/* Maps it where the policy says. The kernel is told by a hint, which replaces nothing: the result
 * says whether it was had. If it was not, what is there is learnt and another address is tried, a
 * few times; in the end the call is made unchanged. Address or -errno. Does not record it. */
intptr_t place_map(struct tracker *tracker, const struct place_request *request,
                   const struct place_mapping *mapping);

/* The rest of place_map, after the kernel answered `got`, not `address`, when it was asked for
 * that. */
intptr_t place_again(struct tracker *tracker, const struct place_request *request,
                     const struct place_mapping *mapping, uintptr_t address, intptr_t got);

/* The kernel did not give [address, address + size): learns what is there and around, or where the
 * kernel's list cannot be read marks the range as taken. Whether it is known now to be taken. */
bool place_learn(struct tracker *tracker, uintptr_t address, size_t size);

/* Anonymous memory of the linker. Address or -errno. Does not record it. */
intptr_t place_linker_memory(struct tracker *tracker, size_t size);

#endif
