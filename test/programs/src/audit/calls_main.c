/* Calls of all kinds, twice each, since the first one binds. */
#include "calls.h"

#include <stdio.h>

static void call_plain(void) {
    char text[256];
    printf("integers %ld\n", call_integers(1, 2, 3, 4, 5, 6, 7, 8));
    printf("doubles %g\n", call_doubles(1, 2, 3, 4, 5, 6, 7, 8, 9));
    call_variadic(text, "%d %g %s %g %Lg %g %g %g %g %g %g %d", 1, 2.5, "three", 4.5, 5.5L, 6.5, 7.5,
                  8.5, 9.5, 10.5, 11.5, 12);
    printf("variadic %s\n", text);
    printf("extended %.12Lg\n", call_extended(10));
    printf("tail %ld\n", call_tail(1, 2, 3, 4, 5, 6, 7, 8));
}

#ifdef __x86_64__ /* glibc's i386 linker loses the stack here: calls_beyond.c */
static void call_structs(void) {
    _Complex long double pair = call_complex(1.5, 2.5);
    printf("complex %Lg %Lg\n", __real__ pair, __imag__ pair);
    struct large large = call_struct(5);
    printf("struct %ld %ld\n", large.parts[0], large.parts[8]);
    struct mixed mixed = call_mixed(1.5, 4);
    printf("mixed %g %ld\n", mixed.first, mixed.second);
}
#else
static void call_structs(void) {}
#endif

static void call_changed(void) {
    printf("changed integer %ld\n", changed_integer(1));
    printf("changed double %g\n", changed_double(1));
    printf("changed result %ld\n", changed_result(1));
    printf("changed double result %g\n", changed_double_result(1));
    printf("no enter %ld, no exit %ld\n", no_enter(1), no_exit(2));
    printf("no more %ld %ld\n", no_more(1), no_more(2));
}

static long back(long value) {
    return value < 3 ? call_back(back, value + 1) : value;
}

static void call_around(void) {
    jmp_buf place;
    int left = setjmp(place);
    if (left == 0)
        call_leave(&place);
    printf("left %d, back %ld\n", left, call_back(back, 0));
}

#ifdef __x86_64__
__attribute__((target("avx"))) static void call_wide_vectors(void) {
    wide_vector one = {1, 2, 3, 4, 5, 6, 7, 8};
    wide_vector sum = call_wide(one, one, one, one, one, one, one, one, one);
    printf("wide %g %g\n", sum[0], sum[7]);
    sum = changed_wide(one);
    printf("changed wide %g %g\n", sum[0], sum[7]);
}

__attribute__((target("avx512f"))) static void call_widest_vectors(void) {
    widest_vector one = {1, 2, 3, 4, 5, 6, 7, 8};
    widest_vector sum = call_widest(one, one, one);
    printf("widest %g %g\n", sum[0], sum[7]);
}

static void call_special(void) {
    if (__builtin_cpu_supports("avx"))
        call_wide_vectors();
    if (__builtin_cpu_supports("avx512f"))
        call_widest_vectors();
}
#else
static void call_special(void) {
    printf("registers %ld\n", call_registers(1, 2, 3));
}
#endif

int main(void) {
    setvbuf(stdout, NULL, _IONBF, 0);
    for (int i = 0; i < 2; ++i) {
        call_plain();
        call_structs();
        call_changed();
        call_around();
        call_special();
    }
    return 0;
}
