/* Something to open: a function, data, and a count of its lives. */
#include <stdio.h>
int value = 1;
int bump(void);
int bump(void) {
    return ++value;
}
const char *shared_name(void);
const char *shared_name(void) {
    return NAME;
}
__attribute__((constructor)) static void begin(void) {
    puts(NAME " begins");
}
__attribute__((destructor)) static void end(void) {
    puts(NAME " ends");
}
