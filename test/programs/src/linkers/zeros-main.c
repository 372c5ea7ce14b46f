#include <stdio.h>
int *data(void);
int *zeros(void);
int main(void) {
    int other = 0;
    for (int i = 0; i < 3000; i++)
        other |= zeros()[i];
    zeros()[2999] = 5;
    printf("data %d, the rest %d, %d\n", *data(), other, zeros()[2999]);
    return 0;
}
