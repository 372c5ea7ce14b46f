/* Which copy of libinner.so was found. */
#include <stdio.h>
const char *outer(void);
int main(void) {
    puts(outer());
    return 0;
}
