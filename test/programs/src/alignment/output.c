/* Where the others write. */
#include <stdio.h>

void say(const char *what, unsigned long alignment);

void say(const char *what, unsigned long alignment) {
    printf("%s: %lu\n", what, alignment);
    fflush(stdout);
}
