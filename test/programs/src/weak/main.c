/* Weak references and weak definitions. */
#include "check.h"

const char *chosen(void);
__attribute__((weak)) int absent_function(void);
extern int absent_data __attribute__((weak));

int main(void) {
    puts(chosen());
    CHECK(absent_function == NULL);
    CHECK(&absent_data == NULL);
    return check_status();
}
