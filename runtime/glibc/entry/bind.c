/* After libc.so.6 is relocated: what we take from it, and what must be known before its code
 * unwinds or throws. */
#include "glibc/entry/exceptions.h"
#include "glibc/entry/bind.h"
#include "glibc/mirror/find_object.h"
#include "process/heap.h"
#include "object/lookup.h"
#include "space/break.h"
#include "space/space.h"
#include "glibc_layout.h"
#include "object/namespace.h"

/* Unwinders also meet objects that are in no search scope (the vdso); without memory they walk the
 * list of objects instead. */
static void list_all_objects(const struct namespace *ns) {
    struct object **objects = heap_allocate(ns->count * sizeof *objects);
    size_t count = 0;
    if (objects == NULL)
        return;
    for (struct object *object = ns->first; object != NULL; object = object->next)
        objects[count++] = object;
    (void)find_object_add(objects, count);
    heap_free(objects);
}

void glibc_bind_libc(struct object *libc) {
    exceptions_bind(libc);
    space_set_errno_location((int *(*)(void))lookup_address_in(libc, "__errno_location"));
    space_set_syscall(
        (long (*)(long, long, long, long, long, long, long))lookup_address_in(libc, "syscall"));
    break_set_variable((void **)lookup_called(libc, "__curbrk", LOOKUP_UNREPORTED));
    list_all_objects(libc->ns);
}
