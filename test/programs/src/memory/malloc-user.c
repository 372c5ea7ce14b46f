/* Uses malloc while an interposer is preloaded. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

int main(void) {
    unsigned long *calls = (unsigned long *)dlsym(RTLD_DEFAULT, "preload_calls");
    if (!CHECK(calls != NULL))
        return check_status();
    unsigned long before = *calls;
    char *copy = strdup("x");
    CHECK(*calls == before + 1);
    free(copy);
    return check_status();
}
