/* Preloaded: stands before the library, after the program; passes on with RTLD_NEXT. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
const char *who(void);
const char *who(void) {
    static char text[64];
    const char *(*next)(void) = (const char *(*)(void))dlsym(RTLD_NEXT, "who");
    snprintf(text, sizeof text, "preload before %s", next == NULL ? "nobody" : next());
    return text;
}
__attribute__((constructor)) static void begin(void) {
    puts("preload begins");
}
