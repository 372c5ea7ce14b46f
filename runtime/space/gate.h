/* The lock of the address space: who may change the tracker.
 *
 * It blocks no signals, since two system calls more would double the cost of a mapping. So whoever
 * is inside may be interrupted by a handler that maps memory itself, sleeps for ever, ends the
 * thread or jumps out. Three rules make this harmless: a handler that finds its own thread inside
 * does not wait; no one waits longer than STUCK for the same owner, but takes the gate by force;
 * and whoever was robbed of it learns so when he leaves. The owner is known by an address on his
 * stack, which needs no TLS and no system call. A child forked by one of several threads finds the
 * gate open, because its page is wiped on fork. See docs/address-space.md. */
#ifndef WINE_LD_SPACE_GATE_H
#define WINE_LD_SPACE_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GATE_PAGE = 4096 };

/* A call that was made inside the gate, and what it gave. As long as nobody has come in since, the
 * same call has no other effect, as far as anybody knows, and may be made outside: a guess. Written
 * by who is inside, `turn` first; read `turn` last. */
struct gate_guess {
    uintptr_t address;
    size_t size;
    int prot, key, result;
    uint32_t turn; /* the gate's `serial` then */
};

/* All in one page that fork replaces by zeros once gate_watch_forks was called. */
struct gate {
    uintptr_t owner;    /* token of who is inside, 0: open */
    uint32_t seen;      /* gate_disturbances when somebody last looked after; 0 in a forked child */
    uint32_t unforked;  /* 1, save in a forked child */
    uint32_t serial;    /* entries so far */
    uint32_t contended; /* someone waits on `turn` */
    uint32_t turn;      /* changes when the gate is left while contended */
    uint32_t rebuilds;  /* forced entries whose new tracker is not ready yet */
    uint32_t mark;      /* space_fork_mark: 1, save in a forked child that did not set it again */
    uint32_t nested_serial; /* `serial` when a handler on an alternate stack was found nested */
    uintptr_t nested;       /* its token */
    struct gate_guess unmapped,
        protected; /* the last munmap that found nothing; the last mprotect */
    char padding[GATE_PAGE - 2 * sizeof(struct gate_guess) - 2 * sizeof(uintptr_t) -
                 8 * sizeof(uint32_t)];
};
extern struct gate gate;

enum gate_entry {
    GATE_ENTERED,
    GATE_NESTED, /* not entered: the caller is probably a handler that interrupted the owner */
    GATE_FORCED, /* entered by force: the last owner may still be at work on what it protects */
};

/* Before anything else, once. */
void gate_init(void);

/* From now on a forked child finds the page zeroed, where the kernel can do that (Linux 4.14) and
 * no filter may object (without it a child that inherits a closed gate forces it). To be called
 * before there is a second thread: a fork by the only thread leaves nothing behind that another one
 * had begun. Not from the start, since it costs a system call and two more mappings.
 * Async-signal-safe, thread-safe; only the first call does anything. */
void gate_watch_forks(void);

/* Always odd, so that it is never the 0 that fork leaves in `seen`. A count, not a flag: one who
 * was robbed of the gate may store what he has seen late, and must not hide what came after. */
extern uint32_t gate_disturbances;

/* Whoever enters next shall look after something. Async-signal-safe. */
static inline void gate_disturb(void) {
    __atomic_fetch_add(&gate_disturbances, 2, __ATOMIC_SEQ_CST);
}

/* Whether there is nothing to look after. */
static inline bool gate_is_quiet(void) {
    return gate.seen == __atomic_load_n(&gate_disturbances, __ATOMIC_ACQUIRE);
}

static inline bool gate_replace_owner(uintptr_t old, uintptr_t new) {
    return __atomic_compare_exchange_n(&gate.owner, &old, new, false, __ATOMIC_SEQ_CST,
                                       __ATOMIC_RELAXED);
}

/* Enters if nobody is inside. `token` is an address on the caller's stack that stays valid until he
 * leaves. */
static inline bool gate_try(uintptr_t token) {
    if (__builtin_expect(!gate_replace_owner(0, token), 0))
        return false;
    ++gate.serial;
    return true;
}

/* Whether the owner with this token still is the owner. */
static inline bool gate_holds(uintptr_t token) {
    return __atomic_load_n(&gate.owner, __ATOMIC_ACQUIRE) == token;
}

/* Waits and enters, or finds that it may be nested. */
enum gate_entry gate_wait(uintptr_t token);

/* Waits and enters, if need be by force. */
enum gate_entry gate_take(uintptr_t token);

/* Wakes one who waits. */
void gate_wake(void);

/* Leaves. False: the gate had been taken by force in the meantime. */
static inline bool gate_leave(uintptr_t token) {
    bool held = gate_replace_owner(token, 0);
    if (__builtin_expect(__atomic_load_n(&gate.contended, __ATOMIC_SEQ_CST) != 0, 0))
        gate_wake();
    return held;
}

#endif
