/* See weak.c. */
#include "check.h"
int weak_is_null(void);
int main(void) {
    CHECK(weak_is_null());
    return check_status();
}
