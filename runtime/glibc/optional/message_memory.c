/* glibc: -2.33 */
/* Up to glibc 2.33 libdl gives an error's message to free, so it is memory of the malloc that the
 * program's global scope has. Before libc is bound there is none, and nothing is freed. */
#include "glibc/message_memory.h"

#include "object/lookup.h"
#include "object/namespace.h"

static void *(*take)(size_t);
static void (*give)(void *);

void message_memory_bind(struct object *libc) {
    if (libc->ns->id != NAMESPACE_BASE)
        return;
    take = (void *(*)(size_t))lookup_called(libc, "malloc", 0);
    give = (void (*)(void *))lookup_called(libc, "free", 0);
}

void *message_memory_take(size_t size) {
    return take != NULL && give != NULL ? take(size) : NULL;
}

void message_memory_give(void *memory) {
    if (memory != NULL && give != NULL)
        give(memory);
}
