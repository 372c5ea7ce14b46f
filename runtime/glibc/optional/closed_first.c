/* glibc: 2.39- */
/* Since glibc 2.39 dlclose runs the destructors of the object that was closed before all others,
 * whatever a cycle of dependencies says. */
#include "glibc/rules.h"
#include "glibc_layout.h"

bool glibc_place_closed(struct object **objects, size_t count, struct object *closed) {
    for (size_t i = 0; closed != NULL && i < count; i++) {
        if (objects[i] != closed)
            continue;
        objects[i] = objects[0];
        objects[0] = closed;
        return true;
    }
    return false;
}
