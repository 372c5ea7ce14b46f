/* Variadic functions of every kind of argument. */
#include <complex.h>
#include <stdarg.h>

double sum_of(int count, ...);
double sum_of(int count, ...) {
    va_list arguments;
    va_start(arguments, count);
    double sum = 0;
    for (int index = 0; index < count; index++)
        sum += index % 2 ? va_arg(arguments, double) : va_arg(arguments, int);
    va_end(arguments);
    return sum;
}
long double long_result(long double x);
long double long_result(long double x) {
    return x * 2;
}
double complex complex_result(double complex x);
double complex complex_result(double complex x) {
    return x * I;
}
struct large {
    long fields[9];
};
struct large struct_result(struct large x, int by);
struct large struct_result(struct large x, int by) {
    for (int index = 0; index < 9; index++)
        x.fields[index] += by;
    return x;
}
