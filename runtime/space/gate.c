/* The lock of the address space. Knows owners and waiters; does not know what it protects. */
#include "space/gate.h"

#include <stddef.h>

#include "space/kernel.h"
#include "syscall_numbers.h"
#include "system.h"

enum { FUTEX_WAIT_PRIVATE = 128, FUTEX_WAKE_PRIVATE = 129 };
enum { SS_ONSTACK = 1 };
enum { SPINS = 200 };              /* about as long as one system call */
enum { SLICE_NANOSECONDS = 10000000 };
enum { STUCK = 5 };                /* slices without a change before the gate is taken by force */
enum { HANDLER_DEPTH = 256 << 10 }; /* how far below its owner's frame a handler may run, bytes */
enum { PAGE = 4096 };

/* All in one page that fork replaces by zeros. */
static struct {
    uintptr_t owner;    /* token, 0: open */
    uint32_t serial;    /* entries so far */
    uint32_t unforked;  /* 1, save in a forked child */
    uint32_t contended; /* someone waits on `turn` */
    uint32_t turn;      /* changes when the gate is left while contended */
    char padding[PAGE - sizeof(uintptr_t) - 4 * sizeof(uint32_t)];
} gate __attribute__((aligned(PAGE)));

void gate_init(void) {
    gate.unforked = 1;
    /* Where the kernel cannot do it (before 4.14) a child that inherits a closed gate forces it. */
    kernel_advise((uintptr_t)&gate, sizeof gate, MADV_WIPEONFORK);
}

static bool replace_owner(uintptr_t old, uintptr_t new) {
    return __atomic_compare_exchange_n(&gate.owner, &old, new, false, __ATOMIC_SEQ_CST,
                                       __ATOMIC_RELAXED);
}

static enum gate_entry entered(enum gate_entry how) {
    ++gate.serial;
    if (__builtin_expect(gate.unforked == 0, 0)) {
        gate.unforked = 1;
        return GATE_FORKED;
    }
    return how;
}

/* Whether the caller may be a handler that runs on top of the owner: close below him on the same stack, or
 * on an alternate stack, where no one can tell. */
static bool may_be_nested(uintptr_t token) {
    struct {
        void *stack;
        int flags;
        size_t size;
    } alternate = {.flags = 0}; /* stack_t */
    uintptr_t owner = __atomic_load_n(&gate.owner, __ATOMIC_RELAXED);
    if (owner > token && owner - token < HANDLER_DEPTH) {
        return true;
    }
    system_call(SYS_sigaltstack, 0, (long)&alternate, 0, 0, 0, 0);
    return (alternate.flags & SS_ONSTACK) != 0;
}

/* Waits for a turn of the gate. False: a whole slice has passed without one. */
static bool wait_turn(uint32_t turn) {
    const long slice[2] = {0, SLICE_NANOSECONDS}; /* struct timespec */
    return system_call(SYS_futex, (long)&gate.turn, FUTEX_WAIT_PRIVATE, (long)turn, (long)slice, 0,
                       0) != -E_TIMEDOUT;
}

static enum gate_entry enter_contended(uintptr_t token) {
    for (int i = 0; i < SPINS; ++i) {
        __builtin_ia32_pause();
        if (__atomic_load_n(&gate.owner, __ATOMIC_RELAXED) == 0 && replace_owner(0, token)) {
            return entered(GATE_ENTERED);
        }
    }
    if (may_be_nested(token)) {
        return GATE_NESTED;
    }
    uint32_t serial = __atomic_load_n(&gate.serial, __ATOMIC_RELAXED);
    for (int slices = 0; slices < STUCK;) {
        uint32_t turn = __atomic_load_n(&gate.turn, __ATOMIC_SEQ_CST);
        __atomic_store_n(&gate.contended, 1, __ATOMIC_SEQ_CST);
        if (replace_owner(0, token)) {
            return entered(GATE_ENTERED);
        }
        bool passed = !wait_turn(turn);
        uint32_t now = __atomic_load_n(&gate.serial, __ATOMIC_RELAXED);
        slices = now != serial ? 0 : slices + passed;
        serial = now;
    }
    uintptr_t owner = __atomic_load_n(&gate.owner, __ATOMIC_RELAXED);
    return replace_owner(owner, token) ? entered(owner == 0 ? GATE_ENTERED : GATE_FORCED)
                                       : enter_contended(token);
}

enum gate_entry gate_enter(uintptr_t token) {
    return __builtin_expect(replace_owner(0, token), 1) ? entered(GATE_ENTERED)
                                                       : enter_contended(token);
}

bool gate_holds(uintptr_t token) {
    return __atomic_load_n(&gate.owner, __ATOMIC_RELAXED) == token;
}

bool gate_leave(uintptr_t token) {
    bool held = replace_owner(token, 0);
    if (__builtin_expect(__atomic_load_n(&gate.contended, __ATOMIC_SEQ_CST) != 0, 0)) {
        __atomic_store_n(&gate.contended, 0, __ATOMIC_SEQ_CST);
        __atomic_fetch_add(&gate.turn, 1, __ATOMIC_SEQ_CST);
        system_call(SYS_futex, (long)&gate.turn, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0);
    }
    return held;
}
