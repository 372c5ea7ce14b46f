/* Opening libraries for all and closing them again, many times, takes no memory. */
#include <dlfcn.h>
#include <stdio.h>

#include "check.h"

enum { ROUNDS = 10000, WARM_UP = 200, ALLOWED_PAGES = 128 };

static long resident_pages(void) {
    long size = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    CHECK(file != NULL && fscanf(file, "%ld %ld", &size, &resident) == 2);
    fclose(file);
    return resident;
}

int main(void) {
    long before = 0;
    int opened = 0;
    for (int i = 0; i < ROUNDS; i++) {
        if (i == WARM_UP)
            before = resident_pages();
        void *one = dlopen("libone.so", RTLD_NOW | RTLD_GLOBAL);
        void *two = dlopen("libtwo.so", RTLD_NOW | RTLD_GLOBAL);
        opened += one != NULL && two != NULL;
        dlclose(one);
        dlclose(two);
    }
    CHECK(opened == ROUNDS);
    CHECK(resident_pages() - before < ALLOWED_PAGES);
    return check_status();
}
