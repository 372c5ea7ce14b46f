/* An address space that exists on paper: the linker's own tree, policy and placement, without
 * mappings. Or, for comparison, this process's real one, where the kernel chooses.
 *
 * What counts is the window [low, high); everything outside is never free. */
#ifndef REPLAYER_SIMULATION_H
#define REPLAYER_SIMULATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "space/tracker.h"

struct simulation {
    struct tracker tracker;
    uintptr_t low, high;
    uintptr_t kernel; /* from where the kernel places downwards */
    size_t free;      /* bytes in the window */
    bool real;        /* the kernel chooses, in this process */
};

/* How the window is divided. */
struct simulation_shape {
    size_t holes;
    size_t tables; /* pages of page tables that all that is mapped can need */
};

/* What one mapping asks for. */
struct wanted {
    enum space_kind kind;
    size_t size, align;
    uintptr_t limit; /* the end of where it may lie, 0: none */
    bool trimmed;    /* alignment is had by asking for more and giving back the ends */
    bool moved;      /* by mremap, which lets the kernel choose unless the policy has a guest */
};

/* The window is free, or what the kernel says of it. */
void simulation_start(struct simulation *simulation, uintptr_t low, uintptr_t high,
                      uintptr_t kernel, bool real);

/* The address of a new mapping by the policy (or the kernel), 0: no room. */
uintptr_t simulation_map(struct simulation *simulation, const struct wanted *wanted);

/* Maps exactly there; false: something is there. */
bool simulation_map_at(struct simulation *simulation, uintptr_t start, size_t size,
                       enum space_kind kind);

/* Sets aside what the policy keeps for the program break, and maps `size` bytes of it: in the
 * policy's zone, else at `start`; false: neither is possible. What exceeds the policy's room is
 * mapped elsewhere, as malloc does it. */
bool simulation_break(struct simulation *simulation, uintptr_t start, size_t size);

void simulation_unmap(struct simulation *simulation, uintptr_t start, size_t size);

/* Whether nothing is in [start, start + size), which must lie in the window. */
bool simulation_is_free(struct simulation *simulation, uintptr_t start, size_t size);

/* The largest free block of the window. */
size_t simulation_largest(struct simulation *simulation);

struct simulation_shape simulation_shape(struct simulation *simulation);

#endif
