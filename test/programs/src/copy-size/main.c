/* A COPY relocation whose symbol has changed its size: ld.so warns. */
#include <stdio.h>
extern int numbers[2];
int main(void) {
    printf("%d %d\n", numbers[0], numbers[1]);
    return 0;
}
