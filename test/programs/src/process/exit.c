/* Ends as its argument says. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(int argc, char **argv) {
    const char *how = argc > 1 ? argv[1] : "";
    puts("unflushed text");
    if (strcmp(how, "abort") == 0)
        abort();
    if (strcmp(how, "fault") == 0)
        *(volatile int *)8 = 1;
    return strcmp(how, "status") == 0 ? 57 : 0;
}
