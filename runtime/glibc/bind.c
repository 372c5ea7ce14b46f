/* After libc.so.6 is relocated: what we take from it, and what must be known before its code
 * unwinds or throws. */
#include "exceptions.h"
#include "glibc.h"
#include "lookup.h"
#include "space/space.h"

static elf_word address_in(const struct object *libc, const char *name) {
    const elf_sym *symbol = lookup_in_object(libc, name, NULL);
    return symbol != NULL ? libc->base + symbol->st_value : 0;
}

/* Unwinders also meet objects that are in no search scope (the vdso); without memory they walk the
 * list of objects instead. */
static void list_all_objects(const struct namespace *space) {
    for (struct object *object = space->first; object != NULL; object = object->next)
        (void)find_object_add(&object, 1);
}

void glibc_bind_libc(struct object *libc) {
    exceptions_bind(libc);
    space_set_errno_location((int *(*)(void))address_in(libc, "__errno_location"));
    list_all_objects(libc->space);
}
