/* A namespace's libc.so.6, glibc 2.32 and later. */
#include "glibc/mirror/link_map.h"
#include "glibc_layout.h"

void link_map_set_libc(struct link_namespaces *record, struct link_map *libc) {
    record->libc_map = libc;
}
