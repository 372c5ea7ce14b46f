#include "calls.h"

#include <stdarg.h>
#include <stdio.h>

long call_integers(long a, long b, long c, long d, long e, long f, long g, long h) {
    return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h;
}

double call_doubles(double a, double b, double c, double d, double e, double f, double g, double h,
                    double i) {
    return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h + 9 * i;
}

int call_variadic(char *text, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = vsprintf(text, format, arguments);
    va_end(arguments);
    return length;
}

long double call_extended(long double value) {
    return value / 3;
}

_Complex long double call_complex(long double real, long double imaginary) {
    return __builtin_complex(real * 2, imaginary * 3);
}

struct large call_struct(long first) {
    struct large result;
    for (int i = 0; i < 9; ++i)
        result.parts[i] = first + i;
    return result;
}

struct mixed call_mixed(double first, long second) {
    return (struct mixed){first * 2, second * 3};
}

/* Jumps to the other one, with the caller's arguments in place. */
__attribute__((optimize("O2"))) long call_tail(long a, long b, long c, long d, long e, long f,
                                               long g, long h) {
    return call_integers(a + 1, b, c, d, e, f, g, h);
}

void call_leave(jmp_buf *place) {
    longjmp(*place, 7);
}

long call_back(long (*function)(long), long value) {
    return function(value) + 1;
}

long changed_integer(long value) {
    return value;
}

double changed_double(double value) {
    return value;
}

long changed_result(long value) {
    return value;
}

double changed_double_result(double value) {
    return value;
}

long no_enter(long value) {
    return value;
}

long no_exit(long value) {
    return value;
}

long no_more(long value) {
    return value;
}

#ifdef __x86_64__
__attribute__((target("avx"))) wide_vector call_wide(wide_vector a, wide_vector b, wide_vector c,
                                                     wide_vector d, wide_vector e, wide_vector f,
                                                     wide_vector g, wide_vector h, wide_vector i) {
    return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h + 9 * i;
}

__attribute__((target("avx"))) wide_vector changed_wide(wide_vector value) {
    return value;
}

__attribute__((target("avx512f"))) widest_vector call_widest(widest_vector a, widest_vector b,
                                                             widest_vector c) {
    return a + 2 * b + 3 * c;
}
#else
__attribute__((regparm(3))) long call_registers(long a, long b, long c) {
    return a + 10 * b + 100 * c;
}
#endif
