/* The program defines all the library's names again: protected, hidden and DT_SYMBOLIC keep theirs.
 */
#define _GNU_SOURCE
#include <dlfcn.h>

#include "check.h"

int sum_of_calls(void);
int read_data(void);
void *address_of_protected(void);
int protected_function(void);
int hidden_function(void);
int plain_function(void);
int plain_data = 7;

int protected_function(void) {
    return 7;
}
int hidden_function(void) {
    return 7;
}
int plain_function(void) {
    return 7;
}

int main(void) {
    printf("sum %d data %d\n", sum_of_calls(), read_data());
    void *library = dlopen(LIBRARY, RTLD_NOW);
    CHECK(library != NULL);
    CHECK(dlsym(library, "protected_function") == address_of_protected());
    CHECK(dlsym(library, "hidden_function") == NULL);
    CHECK(dlsym(RTLD_DEFAULT, "plain_function") == (void *)plain_function);
    return check_status();
}
