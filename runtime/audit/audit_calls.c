/* Telling auditors of calls and returns, and hearing from them where to call and what to return.
 * The registers are La_*_regs and La_*_retval (link.h), which the trampoline fills and reads. */
#include "audit/audit.h"

#include "glibc/cpu/cpu_features.h"
#include "glibc/mirror/link_map.h"
#include "object/namespace.h"

bool audit_follows(const struct object *object) {
    if (object->ns->audits)
        return false;
    for (size_t i = 0; i < auditor_count; ++i)
        if (auditors[i].enter != NULL || auditors[i].exit != NULL)
            return true;
    return false;
}

/* A call or a return on its way through the auditors. */
struct told_call {
    struct object *from;
    struct bound_call *call;
    void *registers, *results;
    long frame_size;
    elf_sym symbol; /* the definition, with the address in st_value */
    const char *name;
};

static struct told_call told(struct object *from, struct bound_call *call, const void *registers) {
    struct told_call result = {
        .from = from,
        .call = call,
        .registers = (void *)(uintptr_t)registers,
        .frame_size = -1,
        .symbol = call->object->dynamic.symtab[call->index],
    };
    result.symbol.st_value = call->address;
    result.name = object_string(call->object, result.symbol.st_name);
    return result;
}

/* Where auditors want frames of different sizes, the larger one serves them all. -2 of the first
 * one is an answer, too: no frame whatever the others say. */
static void want_frame(struct told_call *told, long size) {
    if (size == -1 || told->frame_size == -2)
        return;
    if (told->frame_size == -1 || size > told->frame_size)
        told->frame_size = size;
}

static elf_addr enter_all(struct told_call *told) {
    struct bound_call *call = told->call;
    unsigned flags = call->flags;
    for (size_t i = 0; i < auditor_count; ++i) {
        const unsigned shift = audit_skip_shift(i);
        long size = -1;
        if (auditors[i].enter == NULL || (call->skips >> shift & AUDIT_NO_ENTER) != 0)
            continue;
        elf_addr value = auditors[i].enter(
            &told->symbol, call->index, link_map_cookie(told->from, i),
            link_map_cookie(call->object, i), told->registers, &flags, told->name, &size);
        if (value != told->symbol.st_value)
            flags |= AUDIT_CHANGED;
        told->symbol.st_value = value;
        __atomic_fetch_or(&call->skips, (flags & (AUDIT_NO_ENTER | AUDIT_NO_EXIT)) << shift,
                          __ATOMIC_RELAXED);
        if ((call->skips >> shift & AUDIT_NO_EXIT) == 0)
            want_frame(told, size);
    }
    return told->symbol.st_value;
}

elf_addr audit_enter(struct object *from, struct bound_call *call, void *registers,
                     long *frame_size) {
    if (auditor_count == 0 || (call->skips & AUDIT_NO_ENTER) != 0)
        return call->address;
    struct told_call told_call = told(from, call, registers);
    elf_addr value =
        arch_call_preserving((elf_addr)enter_all, cpu_features_state_area(), &told_call);
    *frame_size = told_call.frame_size;
    return value;
}

/* As in glibc, only the first auditor's wish not to hear of returns counts here, and only where it
 * is that of all; the others' keeps frames from being made. */
static elf_addr exit_all(struct told_call *told) {
    const struct bound_call *call = told->call;
    for (size_t i = 0; i < auditor_count; ++i) {
        if (auditors[i].exit == NULL || (i == 0 && (call->skips & AUDIT_NO_EXIT) != 0))
            continue;
        auditors[i].exit(&told->symbol, call->index, link_map_cookie(told->from, i),
                         link_map_cookie(call->object, i), told->registers, told->results,
                         told->name);
    }
    return 0;
}

void audit_exit(struct object *from, struct bound_call *call, const void *registers,
                void *results) {
    struct told_call told_call = told(from, call, registers);
    told_call.results = results;
    arch_call_preserving((elf_addr)exit_all, cpu_features_state_area(), &told_call);
}
