/* DT_RELR in the program and in a library. */
#include <string.h>

#include "check.h"

int *base(void);
const char *name(int index);
int count(void);
int *at(int index);
static int own[8];
static int *const pointers[] = {&own[0], &own[1], &own[2], 0, &own[4], &own[7]};

int main(void) {
    int set = 0;
    long sum = 0;
    for (int index = 0; index < count(); index++) {
        int *p = at(index);
        set += p != NULL;
        sum += p == NULL ? 0 : p - base();
    }
    printf("%d set, sum of distances %ld\n", set, sum);
    CHECK(at(0) == base() && at(4) == NULL && at(6) == base() + 8);
    CHECK(strcmp(name(2), "gamma") == 0);
    CHECK(pointers[5] - pointers[0] == 7);
    return check_status();
}
