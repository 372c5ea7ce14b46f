/* Default, hidden and explicitly chosen versions of one symbol. */
#define _GNU_SOURCE
#include <dlfcn.h>

#include "check.h"

int answer(void);
int user_answer(void);
int answer_middle(void);
__asm__(".symver answer_middle, answer@V2");

static int call(void *function) {
    return function == NULL ? -1 : ((int (*)(void))function)();
}

int main(void) {
    CHECK(answer() == 3);
    CHECK(user_answer() == 1);
    CHECK(answer_middle() == 2);
    CHECK(call(dlsym(RTLD_DEFAULT, "answer")) == 3);
    CHECK(call(dlvsym(RTLD_DEFAULT, "answer", "V1")) == 1);
    CHECK(call(dlvsym(RTLD_DEFAULT, "answer", "V2")) == 2);
    CHECK(call(dlvsym(RTLD_DEFAULT, "answer", "V3")) == 3);
    CHECK(dlvsym(RTLD_DEFAULT, "answer", "V4") == NULL);
    puts(dlerror());
    void *library = dlopen("libversions.so", RTLD_LAZY);
    CHECK(call(dlvsym(library, "only_new", "V3")) == 33);
    CHECK(dlvsym(library, "only_new", "V1") == NULL);
    puts(dlerror());
    return check_status();
}
