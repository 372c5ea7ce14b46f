/* Whether an object's dynamic table was left as it is in the file, glibc 2.35 and later. */
#include "glibc/mirror/link_map.h"
#include "glibc_layout.h"

void link_map_set_readonly(struct link_map *map, bool readonly) {
    map->l_ld_readonly = readonly;
}
