/* Opens another library in its constructor, and closes it in its destructor. */
#include <dlfcn.h>
#include <stdio.h>
static void *other;
__attribute__((constructor)) static void begin(void) {
    puts("outer begins");
    other = dlopen("libinner.so", RTLD_NOW);
    puts(other == NULL ? dlerror() : "outer has inner");
}
__attribute__((destructor)) static void end(void) {
    puts("outer ends");
    if (other != NULL)
        dlclose(other);
}
