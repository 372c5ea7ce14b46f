/* A function that passes on to the next one of its name. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
const char *chain(void);
const char *chain(void) {
    static char text[200];
    const char *(*next)(void) = (const char *(*)(void))dlsym(RTLD_NEXT, "chain");
    snprintf(text, sizeof text, "%s %s", NAME, next == NULL ? "." : next());
    return text;
}
const char *first_default(void);
const char *first_default(void) {
    return ((const char *(*)(void))dlsym(RTLD_DEFAULT, "chain"))();
}
