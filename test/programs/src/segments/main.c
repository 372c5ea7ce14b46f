/* Zero-filled memory after the file's part, and alignments. */
#include "check.h"
int check_segments(void);
static char own[100000];
int main(void) {
    CHECK(check_segments() == 0);
    int sum = 0;
    for (unsigned long index = 0; index < sizeof own; index++)
        sum += own[index];
    CHECK(sum == 0);
    return check_status();
}
