/* A library that a filter names: its definitions count instead of the filter's. */
#include <stdio.h>

const char *where(void);
const char *where(void) {
    return NAME;
}

__attribute__((constructor)) static void construct(void) {
    puts(NAME " constructed");
}

__attribute__((destructor)) static void destruct(void) {
    puts(NAME " destructed");
}
