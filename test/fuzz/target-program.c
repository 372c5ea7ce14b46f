/* The program that needs the damaged library, and is damaged itself in the `run` mode. */
#include <stdio.h>

extern int shared_array[5];
extern __thread int shared_count;
int target(int x);
int indirect(int x);
int versioned(int x);
static __thread volatile int own = 2; /* volatile: else there is no PT_TLS */

int main(void) {
    int sum = target(1) + indirect(2) + versioned(3) + shared_array[0] + shared_count + own;
    printf("%d\n", sum);
    return sum == 0;
}
