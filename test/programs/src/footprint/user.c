/* A library of some size to open, with a thread variable and a dependency. */
#include <stdio.h>
#include <stdlib.h>

int used(int value);

const char user_name[] = "user";
static _Thread_local int variable = 7;

int *user_variable(void) {
    return &variable;
}

int user_calls(const char *text) {
    return printf("%d\n", used(atoi(text)));
}
