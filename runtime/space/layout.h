/* The start of the address space: what the kernel decided before we came, and the policy for all
 * that comes. */
#ifndef WINE_LD_SPACE_LAYOUT_H
#define WINE_LD_SPACE_LAYOUT_H

#include "space/tracker.h"

/* Reads settings and policy, sets aside what the policy keeps free. A policy that cannot be read
 * ends the program with status 127 after saying why. */
void layout_init(struct tracker *tracker);

/* The guest program has 32 bits, and handles addresses above 2 GiB (`large`) or not: the policy is
 * read again for it. Where it may have all, what was set aside for the stack is its own, as far as
 * nobody has it. Inside the gate. */
void layout_program_is_known(struct tracker *tracker, bool large);

/* In a direct start: a segment of a program that has its own address is mapped at `address`. What
 * the policy places beside the program goes beside that. Inside the gate. */
void layout_program_lies_at(uintptr_t address);

#endif
