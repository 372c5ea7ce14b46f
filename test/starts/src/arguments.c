/* Prints its arguments. */
#include <stdio.h>

int main(int count, char **arguments) {
    for (int i = 0; i < count; i++)
        printf("[%s]", arguments[i]);
    puts("");
    return 7;
}
