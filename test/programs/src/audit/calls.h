/* What the program of the followed calls calls. */
#include <setjmp.h>

struct large {
    long parts[9];
};
struct mixed {
    double first;
    long second;
};
typedef float wide_vector __attribute__((vector_size(32)));
typedef double widest_vector __attribute__((vector_size(64)));

long call_integers(long a, long b, long c, long d, long e, long f, long g, long h);
double call_doubles(double a, double b, double c, double d, double e, double f, double g, double h,
                    double i);
int call_variadic(char *text, const char *format, ...);
long double call_extended(long double value);
_Complex long double call_complex(long double real, long double imaginary);
struct large call_struct(long first);
struct mixed call_mixed(double first, long second);
long call_tail(long a, long b, long c, long d, long e, long f, long g, long h);
void call_leave(jmp_buf *place);
long call_back(long (*function)(long), long value);
long changed_integer(long value);
double changed_double(double value);
long changed_result(long value);
double changed_double_result(double value);
long no_enter(long value);
long no_exit(long value);
long no_more(long value);
#ifdef __x86_64__
__attribute__((target("avx"))) wide_vector call_wide(wide_vector a, wide_vector b, wide_vector c,
                                                     wide_vector d, wide_vector e, wide_vector f,
                                                     wide_vector g, wide_vector h, wide_vector i);
__attribute__((target("avx"))) wide_vector changed_wide(wide_vector value);
__attribute__((target("avx512f"))) widest_vector call_widest(widest_vector a, widest_vector b,
                                                             widest_vector c);
#else
__attribute__((regparm(3))) long call_registers(long a, long b, long c);
#endif
