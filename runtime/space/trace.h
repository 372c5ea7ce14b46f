/* WINE_LD_TRACE=FILE: records every call that changes the layout, for `wine-ld trace`.
 *
 * The file begins with struct trace_header. Then come records: one byte with the record's length
 * (itself included, 0: end), one with its enum trace_op, then unsigned LEB128 numbers: microseconds
 * since the header's time, the result (an address in pages, or 2^32 + errno), and what the
 * operation lists below. Addresses and sizes of ranges are in bytes. The file grows in windows that
 * are mapped shared, so that nothing is lost when the process is killed. */
#ifndef WINE_LD_SPACE_TRACE_H
#define WINE_LD_SPACE_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "space/calls.h"
#include "space/place.h"
#include "space/tracker.h"

enum trace_op {
    TRACE_SEED = 1, /* mapped when the trace began: address, size, attributes (tree.h) */
    TRACE_MAP,     /* address, size, prot, flags, fd + 1, offset in pages, kind, caller, line of the
                      rule that chose the address (0: the caller or the kernel did) */
    TRACE_UNMAP,   /* address, size, 0 */
    TRACE_PROTECT, /* address, size, prot */
    TRACE_REMAP,   /* old address, old size, new size, flags, new address, caller */
    TRACE_BREAK,   /* start of the break area, its size after the call, caller */
    TRACE_ATTACH,  /* address, size, caller: shmat */
    TRACE_DETACH,  /* address, size, 0 */
    TRACE_CLAIM,   /* address, size, alignment, line of the rule (as above): space kept for an
                      image */
    TRACE_RELEASE, /* address, size, 0: such space given back */
    TRACE_NAME,    /* address, size, then the name as bytes: what an image is called */
    TRACE_RULE,    /* line of the policy's text, 0, then the rule that stands there, as bytes */
};

struct trace_header {
    char magic[8]; /* "WLDTRACE" */
    uint32_t version, word_size, pid, padding;
    uint64_t started; /* CLOCK_REALTIME, microseconds */
    char policy[32];
};

/* Whether calls are recorded. */
extern bool trace_on;

/* Begins when the environment asks for it. `policy_name` goes into the header, the rules of
 * `text`, its own, which must stay where it is, into records. */
void trace_init(struct tracker *tracker, const char *policy_name, const char *text);
/* In a forked child: goes on in FILE.PID. */
void trace_fork(struct tracker *tracker);

/* Record one call; inside the gate. Without a tracker nothing is recorded. */
void trace_map(struct tracker *tracker, const struct call_mapping *wanted,
               const struct place_request *request, intptr_t result);
void trace_claim(struct tracker *tracker, const struct place_request *request, bool fixed,
                 intptr_t result);
void trace_remap(struct tracker *tracker, uintptr_t old, size_t old_size, size_t new_size,
                 int flags, uintptr_t address, uintptr_t caller, intptr_t result);
void trace_range(struct tracker *tracker, enum trace_op op, uintptr_t address, size_t size,
                 uintptr_t extra, intptr_t result);
void trace_name(struct tracker *tracker, uintptr_t address, size_t size, const char *name);

#endif
