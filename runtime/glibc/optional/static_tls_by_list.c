/* glibc: 2.34- */
/* Static TLS of a library that comes later, in every thread, by glibc's lists of threads (2.34 and
 * later). */
#include "glibc/static_tls.h"
#include "glibc/mirror/threads.h"
#include "base/text.h"
#include "glibc_layout.h"
#include "object/object.h"

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
