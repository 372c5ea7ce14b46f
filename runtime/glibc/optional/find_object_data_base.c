/* i386: what addresses in unwind tables count from. As in glibc not the global offset table itself,
 * but the entry of the dynamic table that names it. */
#include "glibc/mirror/find_object.h"
#include "glibc_layout.h"

void find_object_set_data_base(struct dl_find_object *result, const struct object *object) {
    const struct link_map *map = object->handle;
    result->dlfo_eh_dbase = map->l_info[DT_PLTGOT];
}
