/* Two RTLD_LOCAL libraries share their STB_GNU_UNIQUE symbol; such a library is never unloaded. */
#include <dlfcn.h>

#include "check.h"

int main(void) {
    void *a = dlopen("libone.so", RTLD_NOW | RTLD_LOCAL);
    void *b = dlopen("libtwo.so", RTLD_NOW | RTLD_LOCAL);
    if (!CHECK(a != NULL && b != NULL))
        return check_status();
    int *(*in_a)(void) = (int *(*)(void))dlsym(a, "counter_of_this_library");
    int *(*in_b)(void) = (int *(*)(void))dlsym(b, "counter_of_this_library");
    int (*count_a)(void) = (int (*)(void))dlsym(a, "count");
    int (*count_b)(void) = (int (*)(void))dlsym(b, "count");
    CHECK(in_a() == in_b());
    count_a();
    CHECK(count_b() == 2);
    int *counter = in_a();
    CHECK(dlclose(a) == 0);
    CHECK(dlopen("libone.so", RTLD_NOW | RTLD_NOLOAD) != NULL);
    CHECK(*counter == 2);
    CHECK(dlclose(b) == 0);
    a = dlopen("libone.so", RTLD_NOW);
    CHECK(((int (*)(void))dlsym(a, "count"))() == 3);
    return check_status();
}
