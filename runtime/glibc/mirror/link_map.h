/* Between an object and glibc's view of it, for code that deals with glibc's structs. Making and
 * keeping that view is declared in glibc.h. */
#ifndef WINE_LD_GLIBC_LINK_MAP_H
#define WINE_LD_GLIBC_LINK_MAP_H

#include "glibc_layout.h"
#include "object/object.h"

/* Object of a link_map (a dlopen handle), and back. */
struct object *link_map_object(const struct link_map *map);
static inline struct link_map *link_map_of(const struct object *object) {
    return object->handle;
}

/* Scopes as glibc hands them back to us: r_scope_elem arrays made by link_map_update. */
struct scope *link_map_scope(const struct r_scope_elem *element);

/* Fields that only some glibc versions have (optional/); NULL: this one has not. */
__attribute__((weak, visibility("hidden"))) void link_map_set_readonly(struct link_map *map,
                                                                       bool readonly);
__attribute__((weak, visibility("hidden"))) void link_map_set_libc(struct link_namespaces *record,
                                                                   struct link_map *libc);

#endif
