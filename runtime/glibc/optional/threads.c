/* glibc's lists of threads (2.34 and later): those whose stacks it made, and those with stacks of
 * their own (the main thread is among them). */
#include "glibc/mirror/threads.h"

#include "glibc/locks.h"
#include "glibc/mutex.h"
#include "glibc_layout.h"

static void each(struct list_head *head, void (*visit)(struct pthread *thread, void *context),
                 void *context) {
    for (struct list_head *node = head->next; node != head; node = node->next)
        visit((void *)((char *)node - offsetof(struct pthread, list)), context);
}

void threads_each(void (*visit)(struct pthread *thread, void *context), void *context) {
    word_lock(&_rtld_global._dl_stack_cache_lock);
    each(&_rtld_global._dl_stack_used, visit, context);
    each(&_rtld_global._dl_stack_user, visit, context);
    word_unlock(&_rtld_global._dl_stack_cache_lock);
}

void threads_each_stack(void (*visit)(struct pthread *thread, void *context), void *context) {
    threads_each(visit, context);
    word_lock(&_rtld_global._dl_stack_cache_lock);
    each(&_rtld_global._dl_stack_cache, visit, context);
    word_unlock(&_rtld_global._dl_stack_cache_lock);
}
