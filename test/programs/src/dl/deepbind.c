/* A library opened with and without RTLD_DEEPBIND: whose function does it call? */
#include <dlfcn.h>

#include "check.h"

const char *shared_name(void);
const char *shared_name(void) {
    return "program";
}

static void open_and_ask(const char *library, int mode) {
    void *handle = dlopen(library, mode);
    if (!CHECK(handle != NULL)) {
        puts(dlerror());
        return;
    }
    const char *(*ask)(void) = (const char *(*)(void))dlsym(handle, "ask");
    if (CHECK(ask != NULL))
        printf("%s asks: %s\n", library, ask());
}

int main(void) {
    open_and_ask("libplain.so", RTLD_LAZY);
    open_and_ask("libdeep.so", RTLD_LAZY | RTLD_DEEPBIND);
    open_and_ask("libdeepnow.so", RTLD_NOW | RTLD_DEEPBIND);
    return check_status();
}
