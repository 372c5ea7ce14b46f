/* STB_GNU_UNIQUE symbols: one definition per name in a namespace, whatever the scopes say. */
#ifndef WINE_LD_UNIQUE_H
#define WINE_LD_UNIQUE_H

#include <stddef.h>
#include <stdint.h>

#include "arch.h"

struct object;

struct unique_entry {
    uint32_t hash;
    const char *name;
    const elf_sym *symbol;
    struct object *object; /* the defining object; it is never unloaded afterwards */
};

struct unique_table {
    struct unique_entry *entries; /* open addressing, capacity a power of two */
    size_t count, capacity;
};

/* The entry for `name`, or NULL. */
const struct unique_entry *unique_find(const struct unique_table *table, uint32_t hash,
                                       const char *name);

/* Enters a definition; `name` must outlive the table. NULL: no memory. Caller serialises. */
const struct unique_entry *unique_enter(struct unique_table *table,
                                        const struct unique_entry *entry);

/* Removes all definitions by `object`: its dlopen failed. Caller serialises. */
void unique_forget(struct unique_table *table, const struct object *object);

#endif
