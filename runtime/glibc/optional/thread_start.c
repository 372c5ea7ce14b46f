/* The main thread's fields whose values other threads get from pthread_create (glibc 2.34 and
 * later; before, libpthread's constructor fills them). */
#include "arch.h"
#include "glibc/mirror/thread.h"
#include "syscall_numbers.h"
#include "base/system.h"
#include "glibc_layout.h"

static void list_add(struct list_head *node, struct list_head *head) {
    node->next = head->next;
    node->prev = head;
    head->next->prev = node;
    __atomic_store_n(&head->next, node, __ATOMIC_RELEASE);
}

/* An empty list of robust mutexes. The offset leads from a list node to the mutex's lock word. */
static void set_robust_list(struct pthread *thread) {
    struct robust_list_head *head = &thread->robust_head;
    if (thread_set_robust_previous != NULL)
        thread_set_robust_previous(thread);
    head->list = (void *)head;
    head->futex_offset = (elf_saddr)offsetof(struct __pthread_mutex_s, __lock) -
                         (elf_saddr)offsetof(struct __pthread_mutex_s, __list.__next);
    system_call(SYS_set_robust_list, (long)head, sizeof *head, 0, 0, 0, 0);
}

static void make_empty(struct list_head *head) {
    head->next = head->prev = head;
}

/* The fields whose values a thread made by pthread_create gets from there. */
void thread_start(struct pthread *thread) {
    make_empty(&_rtld_global._dl_stack_used);
    make_empty(&_rtld_global._dl_stack_user);
    make_empty(&_rtld_global._dl_stack_cache);
    list_add(&thread->list, &_rtld_global._dl_stack_user);
    int32_t *cleared = thread_exit_word != NULL ? thread_exit_word(thread) : &thread->tid;
    thread->tid = (int32_t)system_call(SYS_set_tid_address, (long)cleared, 0, 0, 0, 0, 0);
    thread->specific[0] = (void *)&thread->specific_1stblock[0];
    if (thread_mark_user_stack != NULL)
        thread_mark_user_stack(thread);
    thread->report_events = __nptl_initial_report_events;
    set_robust_list(thread);
    if (thread_register_rseq != NULL)
        thread_register_rseq(thread);
    thread->stackblock_size = (size_t)__libc_stack_end;
}
