/* struct r_debug (<link.h>): how a debugger learns which objects there are and when that changes.
 * Where the record of a namespace lies: r_debug.h. */
#include "glibc/mirror/r_debug.h"

#include "process/debug.h"
#include "glibc_layout.h"

/* Debuggers put a breakpoint here. */
__attribute__((noinline)) void _dl_debug_state(void) {
    __asm__ volatile("");
}

void debug_state(struct namespace *ns, enum debug_change change) {
    struct r_debug *record = r_debug_record(ns->id);
    record->r_map = ns->first != NULL ? ns->first->handle : NULL;
    record->r_state = (uint32_t)change;
    _dl_debug_state();
}

void debug_publish(struct object *program) {
    elf_dyn *table = (elf_dyn *)(uintptr_t)program->dynamic.table;
    struct r_debug *record = r_debug_record(program->ns->id);
    for (size_t i = 0; !program->readonly_dynamic && i < program->dynamic.count; ++i)
        if (table[i].d_tag == DT_DEBUG)
            table[i].d_un.d_ptr = (elf_addr)record;
}
