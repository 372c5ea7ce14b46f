/* One library of a graph (order.test.ts): tells when it begins and ends, calls those it uses. */
#include <stdio.h>

#define JOIN2(a, b) a##b
#define JOIN(a, b)  JOIN2(a, b)
#define TEXT2(a)    #a
#define TEXT(a)     TEXT2(a)

#define USE(other) int JOIN(in_, other)(void);
USES
#undef USE

    int JOIN(in_, NODE)(void);
int JOIN(in_, NODE)(void) {
    return 1;
}
int JOIN(uses_of_, NODE)(void);
int JOIN(uses_of_, NODE)(void) {
    int sum = 0;
#define USE(other) sum += JOIN(in_, other)();
    USES
#undef USE
        return sum;
}
__attribute__((constructor)) static void begin(void) {
    printf("+%s", TEXT(NODE));
    if (CALLS)
        JOIN(uses_of_, NODE)();
}
__attribute__((destructor)) static void end(void) {
    printf("-%s", TEXT(NODE));
}
