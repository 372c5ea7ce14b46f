/* Says that it runs, and waits for a line. */
#include <stdio.h>

int main(void) {
    char line[16];
    printf("ready=1\n");
    fflush(stdout);
    fgets(line, sizeof line, stdin);
    return 0;
}
