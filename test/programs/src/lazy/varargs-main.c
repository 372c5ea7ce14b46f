/* First calls with variadic, x87, complex and structure arguments and results. */
#include <complex.h>
#include <string.h>

#include "check.h"

struct large {
    long fields[9];
};
double sum_of(int count, ...);
long double long_result(long double x);
double complex complex_result(double complex x);
struct large struct_result(struct large x, int by);

int main(void) {
    CHECK(sum_of(12, 1, 2.0, 3, 4.0, 5, 6.0, 7, 8.0, 9, 10.0, 11, 12.0) == 78.0);
    CHECK(long_result(0.1L) == 0.2L);
    double complex product = complex_result(3 + 4 * I);
    CHECK(creal(product) == -4 && cimag(product) == 3);
    struct large value = {{1, 2, 3, 4, 5, 6, 7, 8, 9}};
    value = struct_result(value, 10);
    CHECK(value.fields[0] == 11 && value.fields[8] == 19);
    char text[100];
    snprintf(text, sizeof text, "%d %.2f %s %Lf", 1, 2.5, "three", 4.5L);
    CHECK(strcmp(text, "1 2.50 three 4.500000") == 0);
    return check_status();
}
