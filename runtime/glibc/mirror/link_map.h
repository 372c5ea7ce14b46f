/* glibc's view of an object: struct link_map, kept as glibc's own ld.so keeps it, because libc, gdb
 * and programs read it. It mirrors struct object and is never the source of a decision. */
#ifndef WINE_LD_GLIBC_LINK_MAP_H
#define WINE_LD_GLIBC_LINK_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "object/namespace.h"
#include "object/object.h"

struct link_map;
struct link_namespaces;
struct r_scope_elem;

/* Makes the link_map of a new object (object->handle) and fills what is known after decoding,
 * l_info included: relocates the d_ptr entries in place as glibc does, unless readonly_dynamic.
 * False: no memory. */
bool link_map_create(struct object *object);
void link_map_destroy(struct object *object);

/* Copies the changeable state (list links, flags, scopes, TLS module and offset, counts) of one
 * object, or of all objects of a namespace and the namespace's record in _rtld_global, to glibc's
 * structs. */
void link_map_update(struct object *object);
void link_map_update_namespace(struct namespace *ns);
/* The same where nothing changed but that `first` and what follows it were added. */
void link_map_update_added(struct object *first);
/* How many namespaces libc has to look at, after a change. */
void link_map_count_namespaces(void);

/* Auditors' state of an object lies behind its link_map. How many auditors there may be, for the
 * objects made from now on; before, room is for all that are possible. */
void link_map_expect_auditors(size_t count);
/* An auditor's word for an object, and its answer to la_objopen. */
uintptr_t *link_map_cookie(const struct object *object, size_t auditor);
unsigned link_map_bind_flags(const struct object *object, size_t auditor);
void link_map_set_bind_flags(struct object *object, size_t auditor, unsigned flags);
/* What an auditor reads of an object that libc does not see yet: name and list links. */
void link_map_introduce(struct object *object);

/* How many destructors of thread variables (C++ thread_local) lie in the object and are still to
 * run. */
size_t link_map_thread_destructors(const struct object *object);

/* The object whose handle (GOT[1], dlopen's result) this is. */
struct object *object_of_handle(const void *handle);

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
