// sources: runtime/object/scope.c
/* Scopes as readers see them: arrays are replaced, and the old ones live until they are reclaimed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "glibc/gscope.h"
#include "process/heap.h"
#include "object/object.h"
#include "object/scope.h"

static bool no_memory;
static int waits;

void *heap_allocate(size_t size) {
    return no_memory ? NULL : calloc(1, size);
}
void heap_free(void *memory) {
    free(memory);
}
void glibc_wait_lookups(void) {
    waits++;
}

static int failures;

static void check(bool good, const char *name) {
    printf("%s %s\n", good ? "ok" : "FAILED", name);
    failures += !good;
}

static void test_list(void) {
    struct scope scopes[3] = {0};
    struct scope_list list = {0};
    for (int i = 0; i < 3; i++)
        scope_list_append(&list, &scopes[i]);
    struct scope **seen = list.scopes;
    check(list.count == 3 && seen[2] == &scopes[2] && seen[3] == NULL,
          "list grows, NULL at its end");
    scope_list_remove(&list, &scopes[1]);
    check(list.count == 2 && list.scopes[1] == &scopes[2] && list.scopes[2] == NULL,
          "one removed, order kept");
    check(seen[0] == &scopes[0] && seen[1] == &scopes[1], "a reader's array is as it was");
    scope_list_remove(&list, &scopes[1]);
    check(list.count == 2, "removing what is not there");
    no_memory = true;
    check(!scope_list_append(&list, &scopes[1]) && list.count == 2, "no memory: not appended");
    scope_list_remove(&list, &scopes[0]);
    check(list.count == 1 && list.scopes[0] == &scopes[2], "no memory: removed in place");
    no_memory = false;
    scope_reclaim();
    check(waits == 1, "waited for readers once");
    free(list.scopes);
}

static void test_objects(void) {
    struct object objects[4];
    struct object *all[4] = {&objects[0], &objects[1], &objects[2], &objects[3]};
    struct scope scope = {0};
    memset(objects, 0, sizeof objects);
    scope_append(&scope, all, 2);
    scope_append(&scope, all + 2, 2);
    check(scope.count == 4 && scope.objects[3] == &objects[3], "objects appended");
    struct object **seen = scope.objects;
    objects[1].removed = objects[3].removed = true;
    scope_drop_removed(&scope);
    check(scope.count == 2 && scope.objects[1] == &objects[2], "removed ones dropped");
    check(scope.objects[2] == &objects[0] && scope.objects[3] == &objects[0],
          "the new array is good for a reader with the old count");
    check(seen[1] == &objects[1] && seen != scope.objects, "a reader's array is as it was");
    check(scope_holds(&scope, &objects[2]) && !scope_holds(&scope, &objects[1]), "holds");
    objects[0].removed = objects[2].removed = true;
    no_memory = true;
    scope_drop_removed(&scope);
    no_memory = false;
    check(scope.count == 0, "all dropped, in place");
    scope_reclaim();
    free(scope.objects);
}

int main(void) {
    test_list();
    test_objects();
    return failures != 0;
}
