/* Hundreds of libraries opened, called, closed. */
#include <dlfcn.h>

#include "check.h"

enum { COUNT = 24, ROUNDS = 20 };

int main(void) {
    for (int round = 0; round < ROUNDS; round++) {
        void *handles[COUNT];
        for (int index = 0; index < COUNT; index++) {
            char name[32];
            snprintf(name, sizeof name, "libmodule%d.so", (index * 7 + round) % COUNT);
            handles[index] = dlopen(name, round % 2 ? RTLD_LAZY | RTLD_GLOBAL : RTLD_NOW);
            if (!CHECK(handles[index] != NULL)) {
                puts(dlerror());
                return check_status();
            }
        }
        for (int index = COUNT - 1; index >= 0; index--) {
            int (*next)(void) = (int (*)(void))dlsym(handles[index], "next");
            CHECK(next() == (index * 7 + round) % COUNT + 1);
            CHECK(dlclose(handles[index]) == 0);
        }
    }
    return check_status();
}
