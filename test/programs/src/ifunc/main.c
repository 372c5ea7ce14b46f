/* Indirect functions of the program and of a library: called, stored in data, compared, looked up.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <math.h>
#include <string.h>

#include "check.h"

typedef int function(int);
int twice(int x);
int thrice_of_library(int x);
int call_local(int x);
function *address_of_twice(void);
extern function *table_of_library[];

static int negate_plain(int x) {
    return -x;
}
static function *resolve_negate(void) {
    return negate_plain;
}
int negate(int x) __attribute__((ifunc("resolve_negate")));
static function *const table[] = {negate, twice};

int main(int argc, char **argv) {
    (void)argv;
    CHECK(negate(argc) == -1);
    CHECK(twice(21) == 42);
    CHECK(thrice_of_library(2) == 6);
    CHECK(call_local(2) == 10);
    CHECK(table[0](5) == -5 && table[1](5) == 10);
    CHECK(table_of_library[0](2) == 4 && table_of_library[1](2) == 6 &&
          table_of_library[2](2) == 6);
    CHECK(address_of_twice() == table[1]);
    function *found = (function *)dlsym(RTLD_DEFAULT, "twice");
    CHECK(found != NULL && found(4) == 8);
    char text[64] = "abc";
    CHECK(strlen(text) == 3 && memchr(text, 'c', 3) == text + 2);
    CHECK(floor(2.5 * argc) == 2.0);
    void *copy = dlsym(RTLD_DEFAULT, "memcpy");
    CHECK(copy != NULL && memcmp(memcpy(text, "xyz", 4), "xyz", 4) == 0);
    return check_status();
}
