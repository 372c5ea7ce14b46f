/* mprotect and pkey_mprotect. Knows what the kernel has done where it has done a part, and how far
 * down PROT_GROWSDOWN reaches. */
#include "space/calls.h"

#include "space/hooks.h"
#include "space/kernel.h"
#include "space/libc_errno.h"
#include "space/note.h"
#include "space/page.h"
#include "space/section.h"
#include "space/trace.h"
#include "base/system.h"

enum { NO_KEY = -1 };

/* A call of this family. `key` counts where `keyed` is set, and is NO_KEY else. */
struct protection {
    uintptr_t address;
    size_t size;
    int prot, key;
    bool keyed;
};

static inline __attribute__((always_inline)) int ask(const struct protection *wanted) {
    return wanted->keyed
               ? kernel_protect_key(wanted->address, wanted->size, wanted->prot, wanted->key)
               : kernel_protect(wanted->address, wanted->size, wanted->prot);
}

/* Where what the call may change begins: PROT_GROWSDOWN goes down to where the kernel's mapping
 * does. */
static inline uintptr_t start_of(const struct protection *wanted) {
    return (wanted->prot & PROT_GROWSDOWN) != 0 ? 0 : wanted->address;
}

/* Who is the last to have changed protections and makes the same call once more. */
static inline __attribute__((always_inline)) bool repeats(const struct protection *wanted,
                                                          uint32_t *turn) {
    const struct gate_guess *last = &gate.protected;
    return section_is_open(turn) && wanted->address == last->address &&
           wanted->size == last->size && wanted->prot == last->prot && wanted->key == last->key &&
           section_guess_holds(last, *turn) && !trace_on;
}

/* The kernel may have something else there than what is recorded. */
static __attribute__((noinline)) void leave_note(const struct protection *wanted) {
    note_begin();
    note_end(start_of(wanted), page_end(wanted->address, wanted->size));
}

/* A call that failed may have done a part, even if the end wraps around: the kernel counts in 64
 * bits for a 32-bit process too. */
static inline __attribute__((always_inline)) int protect_inside(const struct protection *wanted) {
    struct section section;
    struct tracker *tracker = section_enter(&section);
    int result = ask(wanted);
    uintptr_t start = start_of(wanted), end = page_end(wanted->address, wanted->size);
    bool plain = (wanted->prot & (PROT_GROWSDOWN | PROT_GROWSUP)) == 0;
    if (tracker != NULL && result == 0 && plain)
        tracker_protect(tracker, start, end, wanted->prot);
    else if (tracker != NULL)
        tracker_doubt(tracker, start, end);
    if (trace_on)
        trace_range(tracker, TRACE_PROTECT, wanted->address, wanted->size, (uintptr_t)wanted->prot,
                    result);
    if (tracker != NULL)
        section_guess(&section, &gate.protected,
                      &(struct gate_guess){wanted->address, wanted->size, wanted->prot, wanted->key,
                                           result, 0});
    section_leave(&section, start, end);
    return result;
}

static inline __attribute__((always_inline)) int protect(const struct protection *wanted) {
    uint32_t turn;
    bool odd = wanted->address % PAGE != 0; /* refused before anything is looked at */
    if (!odd && !repeats(wanted, &turn))
        return protect_inside(wanted);
    int result = ask(wanted);
    if (!odd && (gate.serial != turn || result != gate.protected.result))
        leave_note(wanted);
    return result;
}

int call_protect(uintptr_t address, size_t size, int prot) {
    return protect(&(struct protection){address, size, prot, NO_KEY, false});
}

int call_protect_key(uintptr_t address, size_t size, int prot, int key) {
    return protect(&(struct protection){address, size, prot, key, true});
}

int hook_mprotect(void *address, size_t size, int prot) {
    return (int)return_errno(
        protect(&(struct protection){(uintptr_t)address, size, prot, NO_KEY, false}));
}

/* Key -1 is plain mprotect, also where the kernel knows no keys. */
int hook_pkey_mprotect(void *address, size_t size, int prot, int key) {
    return key == NO_KEY ? hook_mprotect(address, size, prot)
                         : (int)return_errno(call_protect_key((uintptr_t)address, size, prot, key));
}
