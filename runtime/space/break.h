/* The program break: where the kernel put it, or moved by the policy into a zone of its own. */
#ifndef WINE_LD_SPACE_BREAK_H
#define WINE_LD_SPACE_BREAK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "space/tracker.h"

/* Asks the kernel where it has put the break. */
uintptr_t break_find(void);

/* Sets the address space for the break aside. After it was found, and the policy is known. */
void break_init(struct tracker *tracker);

/* Whether a range is set aside for the break, with nothing mapped there yet. */
bool break_claims(const struct range *range);

/* brk(2) as the kernel has it: the break after the call, unchanged when it could not be moved; 0
 * asks for it. Thread-safe; in a signal handler that interrupted another call it does not move. */
uintptr_t call_break(uintptr_t wanted, uintptr_t caller);

/* Where the break is. Changed inside the gate only. */
extern uintptr_t break_now;

/* The C library moves the break itself, unseen by us: it is the kernel's from now on, and brk(2) is
 * passed on. Nothing is done once it was taken. */
void break_leave_to_library(void);

/* Whether brk and sbrk are served here. */
bool break_is_served(void);

/* The C library that stays leaves the break to us from now on. */
void break_take(void);

/* What the C library calls __curbrk: the program's copy of it if there is one. From now on kept
 * equal to a break that was taken. NULL: there is none. */
void break_set_variable(void **variable);

#endif
