/* RTLD_NEXT and RTLD_DEFAULT from the program, from needed and from opened libraries. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>

#include "check.h"

const char *chain(void);

int main(void) {
    puts(chain());
    puts(((const char *(*)(void))dlsym(RTLD_NEXT, "chain"))());
    void *opened = dlopen("libopened.so", RTLD_NOW | RTLD_LOCAL);
    if (!CHECK(opened != NULL))
        return check_status();
    puts(((const char *(*)(void))dlsym(opened, "chain"))());
    puts(((const char *(*)(void))dlsym(opened, "first_default"))());
    void *next_malloc = dlsym(RTLD_NEXT, "malloc");
    CHECK(next_malloc != NULL && next_malloc == dlsym(RTLD_DEFAULT, "malloc"));
    return check_status();
}
