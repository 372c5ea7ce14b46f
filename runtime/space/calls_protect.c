/* mprotect and pkey_mprotect. Knows what the kernel has done where it has done a part, and how far
 * down PROT_GROWSDOWN reaches. */
#include "space/calls.h"

#include "space/kernel.h"
#include "space/page.h"
#include "space/section.h"
#include "space/trace.h"
#include "system.h"

/* Records what mprotect did; on failure it may have done a part, even if the end wraps around: the
 * kernel counts in 64 bits for a 32-bit process too. What is not known is left in doubt, since no
 * choice of an address depends on a protection, and to read the kernel's list costs more than the
 * call. */
static void protected(struct tracker *tracker, uintptr_t address, size_t size, int prot,
                      int result) {
    uintptr_t end = page_end(address, size);
    if (result == 0 && (prot & (PROT_GROWSDOWN | PROT_GROWSUP)) == 0) {
        tracker_protect(tracker, address, end, prot);
        return;
    }
    /* PROT_GROWSDOWN goes down to where the kernel's mapping begins: to a gap at the most. Whether
     * the mapping grows need not be known here. */
    struct range range = tree_find(&tracker->tree, address);
    while ((prot & PROT_GROWSDOWN) != 0 && range_is_mapped(range.attributes) && range.start > 0) {
        address = range.start < address ? range.start : address;
        range = tree_find(&tracker->tree, range.start - 1);
    }
    tracker_doubt(tracker, address, end);
}

/* Whether the kernel refuses the call before it looks at any mapping: that needs no turn at the
 * gate. */
static bool refused_at_once(uintptr_t address) {
    return address % PAGE != 0;
}

/* Where what mprotect may have changed begins, when the tracker is not there to tell. */
static uintptr_t protected_from(uintptr_t address, int prot) {
    return (prot & PROT_GROWSDOWN) != 0 ? 0 : address;
}

int call_protect(uintptr_t address, size_t size, int prot) {
    struct section section;
    if (refused_at_once(address))
        return kernel_protect(address, size, prot);
    struct tracker *tracker = section_enter(&section);
    int result = kernel_protect(address, size, prot);
    if (tracker != NULL) {
        protected(tracker, address, size, prot, result);
    }
    if (trace_on)
        trace_range(tracker, TRACE_PROTECT, address, size, (uintptr_t)prot, result);
    section_leave(&section, protected_from(address, prot), page_end(address, size));
    return result;
}

int call_protect_key(uintptr_t address, size_t size, int prot, int key) {
    struct section section;
    if (refused_at_once(address))
        return kernel_protect_key(address, size, prot, key);
    struct tracker *tracker = section_enter(&section);
    int result = kernel_protect_key(address, size, prot, key);
    if (tracker != NULL && result != -E_NOSYS) {
        protected(tracker, address, size, prot, result);
    }
    if (trace_on)
        trace_range(tracker, TRACE_PROTECT, address, size, (uintptr_t)prot, result);
    section_leave(&section, protected_from(address, prot), page_end(address, size));
    return result;
}
