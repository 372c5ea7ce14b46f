/* glibc's lists of threads: those whose stacks it made, and those with stacks of their own (the
 * main thread is among them). */
#include "threads.h"

#include "glibc.h"
#include "glibc/locks.h"
#include "text.h"

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

struct block {
    const struct object *object;
    size_t offset;
};

static void fill(struct pthread *thread, void *context) {
    const struct block *block = context;
    const struct object_tls *tls = &block->object->tls;
    char *start = (char *)thread - block->offset;
    memcpy(start, tls->image, tls->image_size);
    memset(start + tls->image_size, 0, tls->block_size - tls->image_size);
}

void thread_fill_static_tls(struct object *object, size_t offset) {
    struct block block = {object, offset};
    threads_each(fill, &block);
}

void thread_init_static_tls(struct object *object) {
    thread_fill_static_tls(object, (size_t)object->tls.offset);
}
