/* A call's stay inside the gate. Knows what to do when the tracker cannot be trusted; does not know
 * the calls. */
#include "space/section.h"

#include "format.h"
#include "space/kernel.h"
#include "space/note.h"
#include "space/trace.h"
#include "system.h"

enum { FIRST_CHUNK = 48 * sizeof(struct node), NEW_CHUNK = 256 << 10 };

/* The tracker of the start lives in the linker's own data, so that it needs no memory. */
static struct tracker first;
static struct node first_memory[FIRST_CHUNK / sizeof(struct node)];
struct tracker *section_current = &first;
static unsigned forced;

void section_init(void) {
    gate_init();
    tracker_init(&first, first_memory, sizeof first_memory);
    tracker_refresh(&first, 0, UINTPTR_MAX);
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
    return tracker;
}

/* Puts a new tracker in the place of one that may be half changed, and that somebody may still
 * write to: so its memory is left alone. Who is robbed of the gate while he is at it keeps what he
 * made for himself. */
static struct tracker *replace_tracker(uintptr_t token) {
    for (;;) {
        struct tracker *broken = __atomic_load_n(&section_current, __ATOMIC_ACQUIRE);
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
                                                  __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
            return fresh;
        kernel_unmap((uintptr_t)fresh, size);
    }
}

static void take_notes(struct tracker *tracker, uintptr_t token) {
    struct note note;
    while (gate_holds(token) && note_take(&note))
        tracker_refresh(tracker, note.start, note.end);
}

/* In a forked child there are no other threads: what they had begun will not be finished. */
static bool look_after_fork(const struct tracker *tracker) {
    bool half = tracker->busy || tracker->incomplete || note_unfinished();
    gate.unforked = 1;
    note_reset();
    return half;
}

/* Inside the gate, when something is to be looked after. */
static struct tracker *look_after(struct section *section, struct tracker *tracker, bool by_force) {
    uintptr_t token = (uintptr_t)section;
    bool forked = gate.unforked == 0;
    section->looked_after = true;
    __atomic_store_n(&gate.quiet, 1, __ATOMIC_SEQ_CST);
    if ((forked && look_after_fork(tracker)) || by_force)
        tracker = replace_tracker(token);
    tracker->busy = true;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    take_notes(tracker, token);
    if (forked)
        trace_fork(tracker);
    return tracker;
}

struct tracker *section_enter_slowly(struct section *section, bool inside) {
    enum gate_entry entry = inside ? GATE_ENTERED : gate_wait((uintptr_t)section);
    struct tracker *tracker = __atomic_load_n(&section_current, __ATOMIC_ACQUIRE);
    if (entry == GATE_NESTED) {
        note_begin();
        return section->tracker = NULL;
    }
    if (entry == GATE_FORCED) {
        ++forced;
        note_begin(); /* for the call that was robbed: it ends its note when it finds out */
    }
    if (!gate_holds((uintptr_t)section)) /* robbed already: a note is begun for this call */
        return section->tracker = NULL;
    return section->tracker = look_after(section, tracker, entry == GATE_FORCED);
}

/* The ranges that this call has changed outside the gate, or after having lost it: then also what
 * it has looked after, since that may have been done for a tracker that no longer counts. */
void section_leave_slowly(struct section *section, uintptr_t start, uintptr_t end) {
    if (section->start < section->end) {
        note_begin();
        note_end(section->start, section->end);
    }
    note_end(section->looked_after ? 0 : start, section->looked_after ? UINTPTR_MAX : end);
}

unsigned section_forced(void) {
    return forced;
}
