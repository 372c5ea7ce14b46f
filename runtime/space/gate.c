/* The lock of the address space, when it is not to be had at once. Knows owners and waiters; does
 * not know what the gate protects. */
#include "space/gate.h"

#include <stddef.h>

#include "arch_instructions.h"
#include "space/filter.h"
#include "space/kernel.h"
#include "space/maps.h"
#include "syscall_numbers.h"
#include "base/system.h"

enum { FUTEX_WAIT_PRIVATE = 128, FUTEX_WAKE_PRIVATE = 129 };
enum { SS_ONSTACK = 1 };
enum { SPINS = 40 };                              /* about as long as one system call */
enum { SHORT_SLICE = 1000000, SLICE = 10000000 }; /* nanoseconds */
enum { STUCK = 10 };                /* slices without a change before the gate is taken by force */
enum { DOUBLINGS = 7 };             /* how far that grows while a new tracker is built */
enum { HANDLER_DEPTH = 256 << 10 }; /* how far below its owner's frame a handler may run, bytes */
enum { SAME_STACK = 8 << 10 };      /* how far apart two calls of one handler may be, bytes */

struct gate gate __attribute__((aligned(GATE_PAGE), section(".bss.gate")));
uint32_t gate_disturbances = 1;

void gate_init(void) {
    gate.seen = gate_disturbances;
    gate.unforked = gate.mark = 1;
}

/* Set before the second thread. */
static bool watching;

void gate_watch_forks(void) {
    if (!__atomic_load_n(&watching, __ATOMIC_RELAXED)) {
        if (filter_is_absent())
            kernel_advise((uintptr_t)&gate, sizeof gate, MADV_WIPEONFORK);
        __atomic_store_n(&watching, true, __ATOMIC_RELAXED);
    }
}

/* Mappings of one protection without a gap between them. */
struct stretch {
    uintptr_t next; /* where the next one has to begin */
    int prot;       /* -1: of any */
};
static void stretch_on(void *context, const struct maps_entry *entry) {
    struct stretch *stretch = context;
    bool joins =
        entry->start <= stretch->next && (stretch->prot == -1 || stretch->prot == entry->prot);
    stretch->next = joins ? entry->end : stretch->next;
    stretch->prot = joins ? entry->prot : stretch->prot;
}

/* Whether both addresses can be on one stack: small stacks of two threads lie as close together as
 * the frames of one, but with a guard page between them. */
static bool may_share_stack(uintptr_t low, uintptr_t high) {
    struct stretch stretch = {low, -1};
    return !maps_read(low, high + 1, stretch_on, &stretch) || stretch.next > high;
}

/* Whether the caller may be a handler that interrupted the owner: there is no other thread, or the
 * owner is close above on the same stack. */
static bool is_on_top(uintptr_t token) {
    uintptr_t owner = __atomic_load_n(&gate.owner, __ATOMIC_RELAXED);
    return !__atomic_load_n(&watching, __ATOMIC_RELAXED) ||
           (owner > token && owner - token < HANDLER_DEPTH && may_share_stack(token, owner));
}

/* Whether the caller is a handler on an alternate stack, where no one can tell whom it interrupted.
 * Under a filter that is not asked, since glibc would not: such a handler then waits until it may
 * take the gate by force. */
static bool is_on_alternate_stack(void) {
    struct {
        void *stack;
        int flags;
        size_t size;
    } alternate = {.flags = 0}; /* stack_t */
    if (!filter_is_absent_now())
        return false;
    system_call(SYS_sigaltstack, 0, (long)&alternate, 0, 0, 0, 0);
    return (alternate.flags & SS_ONSTACK) != 0;
}

/* A handler that maps memory makes several calls. The first one finds out by waiting; while nobody
 * came or went, the next ones on that stack need not: waits that are longer than the time between
 * two signals would let the owner never go on. */
static bool is_known_nested(uintptr_t token) {
    uintptr_t known = __atomic_load_n(&gate.nested, __ATOMIC_RELAXED);
    uint32_t serial = __atomic_load_n(&gate.nested_serial, __ATOMIC_ACQUIRE);
    return token - known + SAME_STACK < 2 * SAME_STACK &&
           serial == __atomic_load_n(&gate.serial, __ATOMIC_RELAXED);
}

static enum gate_entry nest(uintptr_t token) {
    uint32_t serial = __atomic_load_n(&gate.serial, __ATOMIC_RELAXED);
    __atomic_store_n(&gate.nested, token, __ATOMIC_RELAXED);
    __atomic_store_n(&gate.nested_serial, serial, __ATOMIC_RELEASE);
    return GATE_NESTED;
}

/* Waits for a turn of the gate. False: a whole slice has passed without one. */
static bool wait_turn(uint32_t turn, long nanoseconds) {
    const long slice[2] = {0, nanoseconds}; /* struct timespec */
    return system_call(SYS_futex, (long)&gate.turn, FUTEX_WAIT_PRIVATE, (long)turn, (long)slice, 0,
                       0) != -E_TIMEDOUT;
}

/* Sleeps until the gate could be entered (true) or nobody has come or gone for so many slices. */
static bool wait_while_moving(uintptr_t token, int patience, long nanoseconds) {
    uint32_t serial = __atomic_load_n(&gate.serial, __ATOMIC_RELAXED);
    for (int slices = 0; slices < patience;) {
        uint32_t turn = __atomic_load_n(&gate.turn, __ATOMIC_SEQ_CST);
        /* Set again by each who enters after a wait: there may be others. */
        __atomic_store_n(&gate.contended, 1, __ATOMIC_SEQ_CST);
        if (gate_try(token))
            return true;
        bool passed = !wait_turn(turn, nanoseconds);
        uint32_t now = __atomic_load_n(&gate.serial, __ATOMIC_RELAXED);
        slices = now != serial ? 0 : slices + passed;
        serial = now;
    }
    return false;
}

/* Who builds a new tracker on a busy machine is not stuck, but needs more time each time. */
static bool wait_long(uintptr_t token) {
    uint32_t rebuilds = __atomic_load_n(&gate.rebuilds, __ATOMIC_RELAXED);
    return wait_while_moving(token, STUCK << (rebuilds < DOUBLINGS ? rebuilds : DOUBLINGS), SLICE);
}

enum gate_entry gate_wait(uintptr_t token) {
    for (int i = 0; i < SPINS; ++i) {
        arch_pause();
        if (__atomic_load_n(&gate.owner, __ATOMIC_RELAXED) == 0 && gate_try(token))
            return GATE_ENTERED;
    }
    if (is_known_nested(token) || is_on_top(token))
        return GATE_NESTED;
    if (wait_while_moving(token, 1, SHORT_SLICE))
        return GATE_ENTERED;
    return is_on_alternate_stack() ? nest(token) : gate_take(token);
}

enum gate_entry gate_take(uintptr_t token) {
    while (!wait_long(token)) {
        uintptr_t owner = __atomic_load_n(&gate.owner, __ATOMIC_RELAXED);
        if (owner != 0 && gate_replace_owner(owner, token)) {
            ++gate.serial;
            ++gate.rebuilds;
            return GATE_FORCED;
        }
    }
    return GATE_ENTERED;
}

void gate_wake(void) {
    __atomic_store_n(&gate.contended, 0, __ATOMIC_SEQ_CST);
    __atomic_fetch_add(&gate.turn, 1, __ATOMIC_SEQ_CST);
    system_call(SYS_futex, (long)&gate.turn, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0);
}
