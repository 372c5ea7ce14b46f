// sources: runtime/object/unique.c runtime/base/text.c
/* The table of unique symbols against a plain list, with growth, clashing hashes and removal. */
#include <stdio.h>
#include <stdlib.h>

#include "process/heap.h"
#include "object/unique.h"

void *heap_allocate(size_t size) {
    return calloc(1, size);
}
void heap_free(void *memory) {
    free(memory);
}

enum { NAMES = 3000, OWNERS = 7 };

static char names[NAMES][16];
static char owners[OWNERS]; /* their addresses stand for objects */
static bool entered[NAMES];

static uint32_t hash_of(int name) {
    return (uint32_t)name / 5 * 2654435761u; /* five names each clash */
}

static struct object *owner_of(int name) {
    return (struct object *)(void *)&owners[name % OWNERS];
}

static void enter(struct unique_table *table, int name) {
    struct unique_entry entry = {hash_of(name), names[name], NULL, owner_of(name)};
    unique_enter(table, &entry);
    entered[name] = true;
}

static bool agrees(const struct unique_table *table) {
    size_t count = 0;
    for (int name = 0; name < NAMES; name++) {
        const struct unique_entry *entry = unique_find(table, hash_of(name), names[name]);
        if ((entry != NULL) != entered[name])
            return false;
        if (entry != NULL && (entry->name != names[name] || entry->object != owner_of(name)))
            return false;
        count += entered[name];
    }
    return count == table->count && (table->capacity == 0 || count < table->capacity);
}

static int failures;

static void check(bool good, const char *name) {
    printf("%s %s\n", good ? "ok" : "FAILED", name);
    failures += !good;
}

int main(void) {
    struct unique_table table = {0};
    for (int name = 0; name < NAMES; name++)
        snprintf(names[name], sizeof names[name], "name%d", name);
    check(agrees(&table), "empty");
    for (int name = 0; name < NAMES; name += 2)
        enter(&table, name);
    check(agrees(&table), "half of the names");
    for (int owner = 0; owner < OWNERS; owner += 2) {
        unique_forget(&table, (struct object *)(void *)&owners[owner]);
        for (int name = owner; name < NAMES; name += OWNERS)
            entered[name] = false;
    }
    check(agrees(&table), "without those of some objects");
    for (int name = 0; name < NAMES; name++)
        enter(&table, name);
    check(agrees(&table), "all names, some twice");
    free(table.entries);
    return failures != 0;
}
