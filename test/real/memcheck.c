/* Writes behind a block, looks at a byte that nobody wrote, loses a block. Ends with status 3. */
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    char *block = malloc(10);
    block[10] = 1;
    char *lost = malloc(8);
    puts(lost[3] != 0 ? "set" : "not set");
    lost = NULL;
    free(block);
    return 3;
}
