/* What is recorded, but may not be so. One range stands for all that is in doubt; it is widened
 * without a lock by calls that leave it to the kernel to know what they did, and read again when
 * somebody asks (tracker_resolve). To be used for what placing survives: a protection, or something
 * gone that is still recorded.
 *
 * All functions are async-signal-safe and thread-safe. */
#ifndef WINE_LD_SPACE_DOUBT_H
#define WINE_LD_SPACE_DOUBT_H

#include <stdbool.h>
#include <stdint.h>

/* Each end is changed by itself. So one may be missing for a moment, and then stands for the end of
 * the address space: only both together say that nothing is in doubt. */
struct doubt {
    uintptr_t start; /* UINTPTR_MAX: none */
    uintptr_t end;   /* 0: none */
    bool forbidden;  /* what is done has to be recorded at once */
};
extern struct doubt doubt;

/* From now on the kernel's list may not be read later, or a trace has to name each call. */
static inline void doubt_forbid(void) {
    __atomic_store_n(&doubt.forbidden, true, __ATOMIC_SEQ_CST);
}

/* Whether a call may leave what it did in doubt though it could record it. */
static inline bool doubt_is_allowed(void) {
    return !__atomic_load_n(&doubt.forbidden, __ATOMIC_RELAXED);
}

/* Widens it, when [start, end) is not in it. */
void doubt_widen(uintptr_t start, uintptr_t end);

/* What is recorded for [start, end) is in doubt. */
static inline void doubt_add(uintptr_t start, uintptr_t end) {
    if (start < end && (__atomic_load_n(&doubt.start, __ATOMIC_RELAXED) > start ||
                        __atomic_load_n(&doubt.end, __ATOMIC_RELAXED) < end))
        doubt_widen(start, end);
}

/* Whether anything in [start, end) is in doubt. */
bool doubt_touches(uintptr_t start, uintptr_t end);

/* Takes over what is in doubt: whoever does so has to read the kernel's list for it afterwards.
 * False: nothing is. */
bool doubt_take(uintptr_t *start, uintptr_t *end);

#endif
