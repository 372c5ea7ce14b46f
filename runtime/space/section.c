/* A call's stay inside the gate. Knows what to do when the tracker cannot be trusted; does not know
 * the calls. */
#include "space/section.h"

#include "base/format.h"
#include "space/kernel.h"
#include "space/note.h"
#include "space/trace.h"
#include "base/system.h"

enum { FIRST_CHUNK = 48 * sizeof(struct node), NEW_CHUNK = 256 << 10 };

/* The tracker of the start lives in the linker's own data, so that it needs no memory. */
static struct tracker first __attribute__((section(".bss.tracker")));
static struct node first_memory[FIRST_CHUNK / sizeof(struct node)]
    __attribute__((section(".bss.nodes")));
struct tracker *section_current = &first;
static unsigned forced;
/* Who is replacing the tracker: none is given back meanwhile, lest another one comes to lie at its
 * address and is taken for it. */
static uint32_t readers;
static bool partial_forks; /* see section_expect_partial_forks */

void section_init(void) {
    gate_init();
    tracker_init(&first, first_memory, sizeof first_memory);
}

/* Room for a tracker and its first nodes. */
static struct tracker *make_tracker(size_t size) {
    intptr_t memory =
        kernel_map(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (kernel_failed(memory)) {
        print(2, "wine-ld: no memory for a new list of mappings\n");
        system_exit(127);
    }
    struct tracker *tracker = (struct tracker *)memory;
    tracker_init(tracker, tracker + 1, size - sizeof *tracker);
    tracker->memory = size;
    return tracker;
}

/* Gives back the memory of a tracker that this call, robbed of the gate, was the only one to use:
 * unless it still counts, or somebody may be reading it in order to replace it. */
static void discard(struct tracker *tracker) {
    if (__atomic_load_n(&section_current, __ATOMIC_SEQ_CST) != tracker &&
        __atomic_load_n(&readers, __ATOMIC_SEQ_CST) == 0)
        tracker_dispose(tracker);
}

/* Puts a new tracker in the place of one that may be half changed, and that somebody may still
 * write to: so its memory is left alone. Who is robbed of the gate while he is at it keeps what he
 * made for himself. */
static struct tracker *replace_tracker(uintptr_t token) {
    __atomic_fetch_add(&readers, 1, __ATOMIC_SEQ_CST);
    for (;;) {
        struct tracker *broken = __atomic_load_n(&section_current, __ATOMIC_SEQ_CST);
        size_t size = NEW_CHUNK;
        while (size < 2 * broken->tree.arena.used_count * sizeof(struct node))
            size *= 2;
        struct tracker *fresh = make_tracker(size);
        tracker_salvage(fresh, broken);
        tracker_refresh(fresh, 0, UINTPTR_MAX);
        tracker_set_linker(fresh, (uintptr_t)fresh, (uintptr_t)fresh + size);
        fresh->busy = true;
        bool robbed = !gate_holds(token);
        if (robbed || __atomic_compare_exchange_n(&section_current, &broken, fresh, false,
                                                  __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) {
            __atomic_fetch_sub(&readers, 1, __ATOMIC_SEQ_CST);
            return fresh;
        }
        tracker_dispose(fresh);
    }
}

static void take_notes(struct tracker *tracker, uintptr_t token) {
    struct note_reading reading;
    while (gate_holds(token) && note_read(&reading)) {
        tracker_refresh(tracker, reading.note.start, reading.note.end);
        if (tracker->blind) /* no descriptor is left, or no /proc: once more with the next note */
            break;
        /* Else it is for whoever took the gate in the meantime. */
        if (gate_holds(token))
            note_done(&reading);
    }
}

/* In a forked child there are no other threads: what they had begun will not be finished. */
static bool look_after_fork(const struct tracker *tracker) {
    bool half = tracker->busy || partial_forks || note_unfinished();
    gate.unforked = 1;
    readers = 0;
    note_reset();
    return half;
}

/* Inside the gate, when something is to be looked after. */
static struct tracker *look_after(struct tracker *tracker, uintptr_t token, bool by_force) {
    bool forked = gate.unforked == 0;
    uint32_t disturbances = __atomic_load_n(&gate_disturbances, __ATOMIC_SEQ_CST);
    if ((forked && look_after_fork(tracker)) || by_force)
        tracker = replace_tracker(token);
    tracker->busy = true;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    take_notes(tracker, token);
    __atomic_store_n(&gate.seen, disturbances, __ATOMIC_SEQ_CST);
    if (by_force && gate_holds(token))
        __atomic_store_n(&gate.rebuilds, 0, __ATOMIC_RELAXED);
    if (forked)
        trace_fork(tracker);
    return tracker;
}

/* Until the call is inside, with a tracker in order, or nested. */
static struct tracker *enter(struct section *section, enum gate_entry entry, bool patient) {
    uintptr_t token = (uintptr_t)section;
    for (;;) {
        if (entry != GATE_ENTERED)
            note_begin(); /* if forced, for the call that was robbed, which ends it */
        if (entry == GATE_NESTED)
            return section->tracker = NULL;
        forced += entry == GATE_FORCED;
        struct tracker *tracker = __atomic_load_n(&section_current, __ATOMIC_ACQUIRE);
        bool held = gate_holds(token);
        if (held)
            tracker = look_after(tracker, token, entry == GATE_FORCED);
        if (held && gate_holds(token))
            return section->tracker = tracker;
        /* Robbed already: a note is begun for this call. */
        if (held)
            discard(tracker);
        note_end(0, held ? UINTPTR_MAX : 0);
        entry = patient ? gate_take(token) : gate_wait(token);
    }
}

struct tracker *section_enter_slowly(struct section *section, bool inside) {
    return enter(section, inside ? GATE_ENTERED : gate_wait((uintptr_t)section), false);
}

struct tracker *section_enter_patiently(struct section *section) {
    uintptr_t token = (uintptr_t)section;
    bool inside = gate_try(token);
    struct tracker *tracker = section_enter_quickly(section, inside);
    return tracker != NULL ? tracker
                           : enter(section, inside ? GATE_ENTERED : gate_take(token), true);
}

struct tracker *section_enter_late(struct section *section, uint32_t turn) {
    struct tracker *tracker = section_enter(section);
    if (tracker == NULL || gate.serial == turn + 1)
        return tracker;
    note_begin();
    section_leave(section, 0, 0);
    return section->tracker = NULL;
}

/* The ranges that this call has changed outside the gate. After having lost the gate, everything:
 * who took it may have seen what was there for a moment only (a target that was taken hold of, what
 * was mapped to be trimmed), and no list of the ranges of this call names that. */
void section_leave_slowly(struct section *section, uintptr_t start, uintptr_t end) {
    bool robbed = section->tracker != NULL;
    if (robbed)
        discard(section->tracker);
    if (!robbed && section->start < section->end) {
        note_begin();
        note_end(section->start, section->end);
    }
    note_end(robbed ? 0 : start, robbed ? UINTPTR_MAX : end);
}

void section_expect_partial_forks(void) {
    gate_watch_forks();
    __atomic_store_n(&partial_forks, true, __ATOMIC_SEQ_CST);
}

unsigned section_forced(void) {
    return forced;
}
