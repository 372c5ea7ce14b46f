/* Copies of variables that are the last thing in the program's .bss: one of four bytes, one of one.
 */
#include <stdio.h>
#include <unistd.h>
extern char tail;
int main(void) {
    printf("%d %d %d\n", optind, opterr, tail);
    return 0;
}
