/* What every test program uses: checks that print their own text, so that a failure names itself.
 */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>

static int check_failures;

/* Prints whether a condition holds. */
#define CHECK(condition) check_that((condition) ? 1 : 0, #condition, __LINE__)

static inline int check_that(int holds, const char *text, int line) {
    if (!holds) {
        check_failures++;
        printf("line %d: does not hold: %s\n", line, text);
    }
    return holds;
}

/* The exit status of a test program. */
static inline int check_status(void) {
    printf("%s\n", check_failures == 0 ? "all holds" : "FAILED");
    return check_failures == 0 ? 0 : 1;
}

#endif
