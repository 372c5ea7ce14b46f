/* After libc.so.6 is relocated: what we take from it, and what must be known before its code
 * unwinds or throws. */
#include "exceptions.h"
#include "glibc.h"
#include "heap.h"
#include "lookup.h"
#include "space/space.h"

/* Unwinders also meet objects that are in no search scope (the vdso); without memory they walk the
 * list of objects instead. */
static void list_all_objects(const struct namespace *space) {
    struct object **objects = heap_allocate(space->count * sizeof *objects);
    size_t count = 0;
    if (objects == NULL)
        return;
    for (struct object *object = space->first; object != NULL; object = object->next)
        objects[count++] = object;
    (void)find_object_add(objects, count);
    heap_free(objects);
}

void glibc_bind_libc(struct object *libc) {
    exceptions_bind(libc);
    space_set_errno_location((int *(*)(void))lookup_address_in(libc, "__errno_location"));
    space_set_syscall(
        (long (*)(long, long, long, long, long, long, long))lookup_address_in(libc, "syscall"));
    list_all_objects(libc->space);
}
