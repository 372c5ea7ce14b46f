/* Closing in other orders than opening; a dependency that somebody else still uses stays. */
#include <dlfcn.h>

#include "check.h"

int main(void) {
    void *base = dlopen("libbase.so", RTLD_NOW);
    void *left = dlopen("libleft.so", RTLD_NOW);
    void *right = dlopen("libright.so", RTLD_NOW);
    CHECK(base != NULL && left != NULL && right != NULL);
    puts("close base");
    dlclose(base);
    puts("close left");
    dlclose(left);
    puts("open left");
    left = dlopen("libleft.so", RTLD_NOW);
    puts("close right");
    dlclose(right);
    puts("close left");
    dlclose(left);
    CHECK(dlopen("libbase.so", RTLD_NOW | RTLD_NOLOAD) == NULL);
    puts("open right, leave it open");
    CHECK(dlopen("libright.so", RTLD_NOW) != NULL);
    return check_status();
}
