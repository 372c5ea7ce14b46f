/* A function that nobody has: an error when called (lazy), or at start (immediate). */
#include <stdio.h>
int use_it(void);
int main(int argc, char **argv) {
    (void)argv;
    puts("started");
    fflush(stdout);
    return argc > 1 ? use_it() : 0;
}
