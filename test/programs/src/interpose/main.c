/* Who answers: the order of the global scope. */
#include <stdio.h>
const char *ask(void);
int main(void) {
    puts(ask());
    return 0;
}
