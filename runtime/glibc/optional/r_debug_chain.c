/* Since glibc 2.35 the records of further namespaces hang on r_next of the one before. */
#include "base/bootstrap.h"
#include "base/cold.h"
#include "glibc/mirror/r_debug.h"
#include "object/namespace.h"

enum { BASE_ALONE = 1, WITH_NEXT = 2 }; /* r_version */

static struct r_debug_extended further[NAMESPACE_COUNT - 1] COLD;

static void append(struct r_debug_extended *record) {
    struct r_debug_extended *at = &_r_debug_extended;
    while (at->r_next != NULL)
        at = at->r_next;
    at->r_next = record;
    _r_debug_extended.base.r_version = WITH_NEXT;
}

struct r_debug *r_debug_record(long id) {
    bool base = id == NAMESPACE_BASE;
    struct r_debug_extended *record = base ? &_r_debug_extended : &further[id - 1];
    if (record->base.r_brk == 0) {
        record->base.r_version = base ? BASE_ALONE : WITH_NEXT;
        record->base.r_brk = (elf_addr)_dl_debug_state;
        record->base.r_ldbase = (elf_addr)&bootstrap_header;
        if (!base)
            append(record);
    }
    return &record->base;
}
