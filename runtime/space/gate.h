/* The lock of the address space: who may change the tracker.
 *
 * It blocks no signals, since two system calls more would double the cost of a mapping. So whoever is
 * inside may be interrupted by a handler that maps memory itself, sleeps for ever, ends the thread or jumps
 * out. Three rules make this harmless: a handler that finds its own thread inside does not wait; no one
 * waits longer than STUCK for the same owner, but takes the gate by force; and whoever was robbed of it
 * learns so when he leaves. The owner is known by an address on his stack, which needs no TLS and no system
 * call. A forked child finds the gate open, because its page is wiped on fork. See docs/address-space.md. */
#ifndef WINE_LD_SPACE_GATE_H
#define WINE_LD_SPACE_GATE_H

#include <stdbool.h>
#include <stdint.h>

enum gate_entry {
    GATE_ENTERED,
    GATE_NESTED, /* not entered: the caller is probably a handler that interrupted the owner */
    GATE_FORCED, /* entered by force: the last owner may still be at work on what it protects */
    GATE_FORKED, /* entered, for the first time in a forked child */
};

/* Before anything else, once. */
void gate_init(void);

/* Enters. `token` is an address on the caller's stack that stays valid until gate_leave. */
enum gate_entry gate_enter(uintptr_t token);

/* Leaves. False: the gate had been taken by force in the meantime. */
bool gate_leave(uintptr_t token);

/* Whether the owner with this token is still the owner. */
bool gate_holds(uintptr_t token);

#endif
