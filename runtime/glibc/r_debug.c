/* struct r_debug (<link.h>): how a debugger learns which objects there are and when that changes. The base
 * namespace's record is the exported _r_debug; further namespaces hang on r_next of the one before. */
#include "auxv.h"
#include "bootstrap.h"
#include "debug.h"
#include "glibc.h"
#include "glibc_layout.h"

EXPORT void _dl_debug_state(void);

/* Debuggers put a breakpoint here. */
__attribute__((noinline)) void _dl_debug_state(void) {
    __asm__ volatile("");
}

static struct r_debug *record_of(struct namespace *space) {
    struct r_debug_extended *record =
        space->id == NAMESPACE_BASE ? &_r_debug_extended : &_rtld_global._dl_ns[space->id]._ns_debug;
    if (record->base.r_brk == 0) {
        record->base.r_version = space->id == NAMESPACE_BASE ? 1 : 2;
        record->base.r_brk = (elf_word)_dl_debug_state;
        record->base.r_ldbase = (elf_word)&bootstrap_header;
        for (struct r_debug_extended *at = &_r_debug_extended; record != &_r_debug_extended;
             at = at->r_next) {
            if (at->r_next == NULL) {
                at->r_next = record;
                _r_debug_extended.base.r_version = 2;
                break;
            }
        }
    }
    return &record->base;
}

void debug_state(struct namespace *space, enum debug_change change) {
    struct r_debug *record = record_of(space);
    record->r_map = space->first != NULL ? space->first->handle : NULL;
    record->r_state = (uint32_t)change;
    _dl_debug_state();
}

void debug_publish(struct object *program) {
    elf_dyn *table = (elf_dyn *)(uintptr_t)program->dynamic.table;
    struct r_debug *record = record_of(program->space);
    for (size_t i = 0; !program->readonly_dynamic && i < program->dynamic.count; ++i) {
        if (table[i].d_tag == DT_DEBUG) {
            table[i].d_un.d_ptr = (elf_word)record;
        }
    }
}
