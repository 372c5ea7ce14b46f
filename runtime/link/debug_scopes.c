/* LD_DEBUG=scopes: in which objects, in which order, references are looked up. */
#include "process/debug.h"
#include "base/format.h"
#include "process/heap.h"

/* " scope N: NAME NAME ...", as one message. */
static void show_scope(const struct scope *scope, size_t number) {
    size_t size = 32;
    for (size_t i = 0; i < scope->count; ++i)
        size += format(NULL, 0, " %s", debug_name(scope->objects[i]));
    char *line = heap_allocate(size);
    if (line == NULL)
        return;
    size_t length = format(line, size, " scope %lu:", (unsigned long)number);
    for (size_t i = 0; i < scope->count; ++i)
        length += format(line + length, size - length, " %s", debug_name(scope->objects[i]));
    debug_print("%s\n", line);
    heap_free(line);
}

void debug_show_scopes(const struct object *object, size_t first) {
    debug_print("object=%s [%ld]\n", debug_name(object), object->ns->id);
    if (object->kind == OBJECT_LINKER) /* it was never bound */
        debug_print(" no scope\n");
    for (size_t i = first; object->kind != OBJECT_LINKER && i < object->scopes.count; ++i)
        show_scope(object->scopes.scopes[i], i);
    debug_print("\n");
}

void debug_show_initial_scopes(const struct namespace *ns) {
    debug_print("\nInitial object scopes\n");
    for (const struct object *object = ns->first; object != NULL; object = object->next)
        debug_show_scopes(object, 0);
}
