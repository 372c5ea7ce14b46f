/* Looks up every symbol of libraries that have only a GNU hash table, only a SysV one, and both. */
#include <dlfcn.h>

#include "check.h"

static void look_up_all(const char *library) {
    void *handle = dlopen(library, RTLD_NOW);
    if (!CHECK(handle != NULL)) {
        puts(dlerror());
        return;
    }
    int wrong = 0;
    for (int number = 1000; number < 5000; number++) {
        char name[32];
        snprintf(name, sizeof name, "symbol_%d", number);
        int (*function)(void) = (int (*)(void))dlsym(handle, name);
        wrong += function == NULL || function() != number;
    }
    printf("%s: %d wrong\n", library, wrong);
    CHECK(wrong == 0);
    CHECK(dlsym(handle, "symbol_5000") == NULL);
    CHECK(dlsym(handle, "") == NULL);
    dlclose(handle);
}

int main(void) {
    look_up_all("libgnu.so");
    look_up_all("libsysv.so");
    look_up_all("libboth.so");
    return check_status();
}
