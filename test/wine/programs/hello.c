/* The least a console program does. */
#include <stdio.h>

int main(int argc, char **argv) {
    printf("hello from %d bits with %d arguments: %s\n", (int)sizeof(void *) * 8, argc - 1,
           argc > 1 ? argv[1] : "");
    return 7;
}
