/* A destructor opens a library that is about to be unloaded with its own: it gets that one, which
 * stays until it is closed. glibc's ld.so hands it out, too, and unmaps it all the same. */
#include <dlfcn.h>

#include "check.h"

void *reopened;

int main(void) {
    void *user = dlopen("libuser.so", RTLD_NOW);
    if (!CHECK(user != NULL))
        return check_status();
    CHECK(dlclose(user) == 0);
    if (!CHECK(reopened != NULL))
        return check_status();
    int (*value)(void) = (int (*)(void))dlsym(reopened, "one_value");
    CHECK(value != NULL && value() == 1);
    CHECK(dlclose(reopened) == 0);
    CHECK(dlopen("libone.so", RTLD_NOW | RTLD_NOLOAD) == NULL);
    return check_status();
}
