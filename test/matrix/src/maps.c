/* Prints the memory map of the process: which linker and which libc it has. */
#include <stdio.h>

int main(void) {
    FILE *maps = fopen("/proc/self/maps", "r");
    for (int c; maps != NULL && (c = fgetc(maps)) != EOF;)
        putchar(c);
    return maps == NULL;
}
