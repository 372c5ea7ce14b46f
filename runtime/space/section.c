/* A call's stay inside the gate. Knows what to do when the tracker cannot be trusted; does not know the
 * calls. */
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

/* Builds a new tracker in place of one that may be half changed, and that somebody may still write to: so
 * its memory is left alone. */
static void replace_tracker(void) {
    const struct tracker *broken = section_current;
    size_t size = NEW_CHUNK;
    while (size < 2 * broken->tree.arena.used_count * sizeof(struct node)) {
        size *= 2;
    }
    intptr_t memory = kernel_map(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (kernel_failed(memory)) {
        print(2, "wine-ld: no memory for a new list of mappings\n");
        system_exit(127);
    }
    struct tracker *fresh = (struct tracker *)memory;
    tracker_init(fresh, fresh + 1, size - sizeof *fresh);
    tracker_salvage(fresh, broken);
    tracker_refresh(fresh, 0, UINTPTR_MAX);
    tracker_set_linker(fresh, (uintptr_t)memory, (uintptr_t)memory + size);
    section_current = fresh;
}

static void take_notes(struct tracker *tracker) {
    struct note note;
    while (note_take(&note)) {
        tracker_refresh(tracker, note.start, note.end);
    }
}

/* In a forked child there are no other threads: what they had begun will not be finished. */
static bool look_after_fork(void) {
    bool half = section_current->busy || section_current->incomplete || note_unfinished();
    gate.unforked = 1;
    note_reset();
    return half;
}

struct tracker *section_enter_slowly(struct section *section, bool inside) {
    enum gate_entry entry = inside ? GATE_ENTERED : gate_wait((uintptr_t)section);
    if (entry == GATE_NESTED) {
        note_begin();
        return section->tracker = NULL;
    }
    bool forked = gate.unforked == 0;
    __atomic_store_n(&gate.quiet, 1, __ATOMIC_SEQ_CST);
    forced += entry == GATE_FORCED;
    if ((forked && look_after_fork()) || entry == GATE_FORCED) {
        replace_tracker();
    }
    section_current->busy = true;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    take_notes(section_current);
    if (forked) {
        trace_fork(section_current);
    }
    return section->tracker = section_current;
}

/* The ranges that this call has changed outside the gate, or after having lost it. */
void section_leave_slowly(struct section *section, uintptr_t start, uintptr_t end) {
    if (section->tracker != NULL) {
        note_begin();
    }
    if (section->start < section->end) {
        note_begin();
        note_end(section->start, section->end);
    }
    note_end(start, end);
}

unsigned section_forced(void) {
    return forced;
}
