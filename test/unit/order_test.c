// sources: runtime/object/order.c
/* Constructor and destructor order against what glibc's own ordering tests expect. Objects are
 * letters; a graph is written "a>b" (a needs b), "a~b" (a was bound to b at run time). */
#include <stdio.h>
#include <string.h>

#include "object/object.h"
#include "object/order.h"

enum { LETTERS = 26, EDGES = 8 };

static struct object objects[LETTERS];
static struct object *needed[LETTERS][EDGES], *bound[LETTERS][EDGES], *closure[LETTERS][LETTERS];

static struct object *object(char letter) {
    return &objects[letter - 'a'];
}

static void clear(void) {
    memset(objects, 0, sizeof objects);
    for (int i = 0; i < LETTERS; i++) {
        objects[i].kind = OBJECT_LOADED;
        objects[i].needed = needed[i];
        objects[i].bound = bound[i];
    }
}

static void read_graph(const char *graph) {
    clear();
    for (; *graph != '\0'; graph += graph[3] == ' ' ? 4 : 3) {
        struct object *from = object(graph[0]), *to = object(graph[2]);
        if (graph[1] == '>')
            from->needed[from->needed_count++] = to;
        else
            from->bound[from->bound_count++] = to;
    }
}

/* An object that was opened by itself keeps its closure, dependencies first. */
static void set_closure(const char *order) {
    size_t count = strlen(order);
    struct object *root = object(order[count - 1]);
    root->init_order = closure[root - objects];
    root->init_order_count = count;
    for (size_t i = 0; i < count; i++)
        root->init_order[i] = object(order[i]);
}

static int failures;

static void expect(const char *name, const char *letters, bool first_fixed, bool for_fini,
                   const char *expected) {
    struct object *sorted[LETTERS];
    char result[LETTERS + 1] = "";
    size_t count = strlen(letters);
    for (size_t i = 0; i < count; i++)
        sorted[i] = object(letters[i]);
    order_sort(sorted, count, first_fixed, for_fini);
    for (size_t i = 0; i < count; i++)
        result[i] = (char)('a' + (sorted[i] - objects));
    bool good = strcmp(result, expected) == 0;
    failures += !good;
    printf("%s %s: %s", good ? "ok" : "FAILED", name, result);
    printf(good ? "\n" : ", expected %s\n", expected);
}

/* Both algorithms agree where there is no cycle. */
static void test_chains(int algorithm) {
    order_set_algorithm(algorithm);
    read_graph("a>b b>c");
    objects[0].kind = OBJECT_PROGRAM;
    expect("chain", "abc", true, false, "abc");
    read_graph("a>b a>c c>b");
    objects[0].kind = OBJECT_PROGRAM;
    expect("late dependency", "abc", true, false, "acb");
    read_graph("a>b a>c b>d c>d");
    objects[0].kind = OBJECT_PROGRAM;
    expect("diamond", "abcd", true, false, "abcd");
    read_graph("b>a");
    expect("one that needs the first", "ab", false, false, "ba");
}

/* glibc's tst-bz15311: libraries opened one after the other and bound to each other. */
static void test_bindings(int algorithm, const char *expected) {
    order_set_algorithm(algorithm);
    read_graph("a>b b>c c>d d~b b~e e~a d~a d~g g~c c~a c~f f~b");
    set_closure("dcba");
    set_closure("e");
    set_closure("f");
    set_closure("g");
    expect("bindings against links", "abcdefg", false, true, expected);
}

/* A library that is opened has no dependencies yet while its own closure is sorted: one that needs
 * it back does not pull its other dependencies forward. */
static void test_fresh_root(void) {
    order_set_algorithm(2);
    read_graph("a>b a>c c>a");
    expect("cycle through a new root", "abc", false, false, "bca");
    object('a')->relocated = true;
    expect("cycle through an old root", "abc", false, false, "cab");
}

static void test_program_is_no_dependency(void) {
    order_set_algorithm(2);
    read_graph("b>a a>b");
    objects[0].kind = OBJECT_PROGRAM;
    expect("the program stays first", "ab", true, true, "ab");
}

static void test_kept_objects_stay(void) {
    order_set_algorithm(1);
    read_graph("b>a");
    expect("moved behind its user", "ab", false, true, "ba");
    read_graph("b>a");
    object('a')->kept = true;
    expect("what stays loaded is not moved", "ab", false, true, "ab");
}

int main(void) {
    test_chains(1);
    test_chains(2);
    test_bindings(1, "acdgfbe");
    test_bindings(2, "gfabcde");
    test_fresh_root();
    test_program_is_no_dependency();
    test_kept_objects_stay();
    return failures != 0;
}
