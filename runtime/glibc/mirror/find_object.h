/* _dl_find_object: which object holds a code address, for unwinders. Lock-free for readers and
 * async-signal-safe. Both parts are in optional/: not every glibc has it. */
#ifndef WINE_LD_GLIBC_FIND_OBJECT_H
#define WINE_LD_GLIBC_FIND_OBJECT_H

#include <stdbool.h>
#include <stddef.h>

#include "object/object.h"

struct dl_find_object;

/* The tables change under the load lock: after objects were loaded, before one goes. False: no
 * memory. */
bool find_object_add(struct object *const *objects, size_t count);
void find_object_remove(struct object *object);

/* Fills `result` for the object that holds `address` and returns 0; -1: none does. */
int find_object(void *address, struct dl_find_object *result);

/* Sets the field that only i386 has (optional/); NULL: there is none. */
__attribute__((weak, visibility("hidden"))) void
find_object_set_data_base(struct dl_find_object *result, const struct object *object);

#endif
