/* Opens again, at its end, the library that it needs. */
#include <dlfcn.h>

extern void *reopened;
int one_value(void);
int value(void);

int value(void) {
    return one_value();
}

__attribute__((destructor)) static void at_end(void) {
    reopened = dlopen("libone.so", RTLD_NOW);
}
