/* Linked statically: what it was started with. Status 7. */
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    for (int i = 0; i < argc; i++)
        printf("argument %s\n", argv[i]);
    const char *kept = getenv("KEPT");
    printf("environment %s\n", kept != NULL ? kept : "(none)");
    return 7;
}
