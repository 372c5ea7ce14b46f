/* Opens, while the outer library is being initialised, the outer library again. */
#include <dlfcn.h>
#include <stdio.h>
__attribute__((constructor)) static void begin(void) {
    puts("inner begins");
    void *outer = dlopen("libouter.so", RTLD_NOW | RTLD_NOLOAD);
    puts(outer == NULL ? "outer not there" : "outer is there");
    if (outer != NULL)
        dlclose(outer);
}
__attribute__((destructor)) static void end(void) {
    puts("inner ends");
}
