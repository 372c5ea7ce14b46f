/* Prints where the program itself lies: `at=ADDRESS`. */
#include <stdio.h>
#include <windows.h>

int main(void) {
    printf("at=%p\n", (void *)GetModuleHandleA(NULL));
    return 0;
}
