/* Looks a name up as seen from here: in the scope of each library that needs this one. */
#define _GNU_SOURCE
#include <dlfcn.h>

void *find(const char *name);
void *find(const char *name) {
    return dlsym(RTLD_DEFAULT, name);
}
