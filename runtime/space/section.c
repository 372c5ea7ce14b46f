/* A call's stay inside the gate. Knows what to do when the tracker cannot be trusted; does not know the
 * calls. */
#include "space/section.h"

#include "format.h"
#include "space/gate.h"
#include "space/kernel.h"
#include "space/note.h"
#include "system.h"

enum { FIRST_CHUNK = 48 * sizeof(struct node), NEW_CHUNK = 256 << 10 };

/* The tracker of the start lives in the linker's own data, so that it needs no memory. */
static struct tracker first;
static struct node first_memory[FIRST_CHUNK / sizeof(struct node)];
static struct tracker *current = &first;
static unsigned forced;

void section_init(void) {
    gate_init();
    tracker_init(&first, first_memory, sizeof first_memory);
    tracker_refresh(&first, 0, UINTPTR_MAX);
}

/* Builds a new tracker in place of one that may be half changed, and that somebody may still write to: so
 * its memory is left alone. */
static void replace_tracker(void) {
    const struct tracker *broken = current;
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
    current = fresh;
}

static void take_notes(struct tracker *tracker) {
    struct note note;
    while (note_take(&note)) {
        tracker_refresh(tracker, note.start, note.end);
    }
}

struct tracker *section_enter(struct section *section) {
    enum gate_entry entry = gate_enter((uintptr_t)section);
    section->start = section->end = 0;
    if (__builtin_expect(entry == GATE_NESTED, 0)) {
        note_begin();
        return section->tracker = NULL;
    }
    if (__builtin_expect(entry != GATE_ENTERED, 0)) {
        bool half = entry == GATE_FORCED || current->busy || current->incomplete || note_unfinished();
        forced += entry == GATE_FORCED;
        if (entry == GATE_FORKED) {
            note_reset();
        }
        if (half) {
            replace_tracker();
        }
    }
    current->busy = true;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    if (__builtin_expect(note_any(), 0)) {
        take_notes(current);
    }
    return section->tracker = current;
}

void section_touch(struct section *section, uintptr_t start, uintptr_t end) {
    section->start = start;
    section->end = end;
}

static void leave_notes(const struct section *section, uintptr_t start, uintptr_t end) {
    if (section->start < section->end) {
        note_begin();
        note_end(section->start, section->end);
    }
    note_end(start, end);
}

void section_leave(struct section *section, uintptr_t start, uintptr_t end) {
    if (__builtin_expect(section->tracker == NULL, 0)) {
        leave_notes(section, start, end);
        return;
    }
    section->tracker->busy = false;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    if (__builtin_expect(!gate_leave((uintptr_t)section), 0)) {
        note_begin();
        leave_notes(section, start, end);
    }
}

unsigned section_forced(void) {
    return forced;
}
