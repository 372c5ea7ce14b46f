/* The same library needed by the program: any size fits. */
#include "check.h"
int first(void);
int main(void) {
    CHECK(first() == 1);
    return check_status();
}
