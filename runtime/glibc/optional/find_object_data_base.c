/* i386: addresses in unwind tables may count from the object's global offset table. */
#include "glibc/find_object.h"

void find_object_set_data_base(struct dl_find_object *result, const struct object *object) {
    result->dlfo_eh_dbase = object->dynamic.pltgot;
}
