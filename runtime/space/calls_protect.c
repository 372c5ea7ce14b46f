/* mprotect and pkey_mprotect. Knows what the kernel has done where it has done a part, and how far
 * down PROT_GROWSDOWN reaches. */
#include "space/calls.h"

#include "space/hooks.h"
#include "space/kernel.h"
#include "space/libc_errno.h"
#include "space/page.h"
#include "space/section.h"
#include "space/trace.h"
#include "system.h"

/* A call of this family. `key` counts where `keyed` is set. */
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

/* A call that failed may have done a part, even if the end wraps around: the kernel counts in 64
 * bits for a 32-bit process too. */
static int protect(const struct protection *wanted) {
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
    section_leave(&section, start, end);
    return result;
}

int call_protect(uintptr_t address, size_t size, int prot) {
    return protect(&(struct protection){address, size, prot, 0, false});
}

int call_protect_key(uintptr_t address, size_t size, int prot, int key) {
    return protect(&(struct protection){address, size, prot, key, true});
}

int hook_mprotect(void *address, size_t size, int prot) {
    return (int)return_errno(
        protect(&(struct protection){(uintptr_t)address, size, prot, 0, false}));
}

/* Key -1 is plain mprotect, also where the kernel knows no keys. */
int hook_pkey_mprotect(void *address, size_t size, int prot, int key) {
    return (int)return_errno(
        protect(&(struct protection){(uintptr_t)address, size, prot, key, key != -1}));
}
