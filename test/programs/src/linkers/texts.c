/* Everything a link editor lays out in its own way: calls, IFUNCs, TLS of both models, weak and
 * protected symbols, pointers in read-only data, constructors, large .bss. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int total(int x);
static __thread int counted = 3;
__thread int shared_count = 4;
static char large[70000];
__attribute__((weak)) int absent(void);
__attribute__((visibility("protected"))) int protected_value = 9;
static int began;

static int plain(int x) {
    return x + 1;
}
static int (*resolve(void))(int) {
    return plain;
}
int indirect(int x) __attribute__((ifunc("resolve")));
static int (*const table[])(int) = {plain, indirect};

__attribute__((constructor)) static void begin(void) {
    began = 1;
}
int total(int x) {
    char *text = malloc(40);
    large[sizeof large - 1] = (char)x;
    counted += x;
    shared_count += x;
    snprintf(text, 40, "%d %d", counted, shared_count);
    int result = (int)strlen(text) + table[1](x) + indirect(x) + protected_value + began +
                 (absent != NULL) + large[sizeof large - 1] + large[0];
    free(text);
    return result;
}
