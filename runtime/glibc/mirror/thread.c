/* The main thread: its static TLS area with glibc's struct pthread, as libc expects to find it when
 * its first function runs (glibc: __tls_init_tp, security_init). Later threads are libc's work. */
#include "glibc/mirror/thread.h"

#include "base/auxv.h"
#include "glibc/mirror/dtv.h"
#include "glibc/static_tls.h"
#include "glibc/locks.h"
#include "glibc/mirror/stack.h"
#include "base/system.h"
#include "base/text.h"
#include "glibc/mirror/thread_tls.h"
#include "object/tls.h"
#include "glibc_layout.h"

enum { TCB_ALIGN = 64 };

/* AT_RANDOM's first word with a zero byte in front, so that no string operation reads past it or
 * writes it; the second word mangles function pointers. */
static void set_guards(struct pthread *thread) {
    elf_addr words[2];
    memcpy(words, process.random, sizeof words);
    thread->header.stack_guard = words[0] & ~(elf_addr)0xff;
    thread_set_pointer_guard(thread, words[1]);
}

static bool assign_modules(void) {
    for (struct object *o = namespace_at(NAMESPACE_BASE)->first; o != NULL; o = o->next)
        if (o->tls.block_size != 0 && o->tls.module == 0 && !tls_assign_module(o))
            return false;
    return true;
}

static struct pthread *allocate(void) {
    if (!assign_modules())
        return NULL;
    tls_seal(sizeof(struct pthread), TCB_ALIGN,
             thread_extra_block != NULL ? thread_extra_block() : NULL);
    return thread_allocate();
}

bool thread_create_initial(struct error *error) {
    struct pthread *thread = allocate();
    if (thread == NULL)
        return error_set(error, E_NOMEM, "",
                         "cannot allocate TLS data structures for initial thread");
    thread->header.tcb = thread;
    thread->header.self = thread;
    if (thread_set_sysinfo != NULL)
        thread_set_sysinfo(thread);
    set_guards(thread);
    _rtld_global._dl_initial_dtv = thread->header.dtv;
    long result = arch_set_thread_pointer(thread);
    if (result != 0)
        return error_set(error, (int)-result, "", "cannot set up thread-local storage");
    if (thread_start != NULL)
        thread_start(thread);
    locks_enable();
    return stack_settle(namespace_at(NAMESPACE_BASE), error);
}

void thread_init_initial_tls(void) {
    dtv_init(arch_thread_pointer(), false);
}

bool thread_admit_initial(struct error *error) {
    if (!assign_modules())
        return error_set(error, E_NOMEM, "", "cannot create TLS data structures");
    return stack_settle(namespace_at(NAMESPACE_BASE), error);
}

void thread_complete_initial_tls(void) {
    struct object *program = namespace_at(NAMESPACE_BASE)->first;
    tls_publish(program->search.objects, program->search.count);
    if (program->tls.module != 0)
        thread_init_static_tls(program);
}
