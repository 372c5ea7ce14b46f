/* glibc: -2.34 */
/* Before glibc 2.35 unwinders walk the list of objects (dl_iterate_phdr): there is no table to
 * keep. */
#include "glibc/mirror/find_object.h"
#include "glibc_layout.h"

bool find_object_add(struct object *const *objects, size_t count) {
    (void)objects;
    (void)count;
    return true;
}

void find_object_remove(struct object *object) {
    (void)object;
}
