/* DT_TEXTREL: the text is relocated, interposition works in it, and it is not writable afterwards.
 */
#include <setjmp.h>
#include <signal.h>

#include "check.h"

int helper(int x);
int use_helper(int x);
int *address_of_number(void);
extern int (*const text_word)(int);
static sigjmp_buf back;

static void on_fault(int number) {
    (void)number;
    siglongjmp(back, 1);
}

int main(void) {
    CHECK(use_helper(1) == 12);
    CHECK(text_word(3) == 8);
    CHECK(*address_of_number() == 5);
    signal(SIGSEGV, on_fault);
    volatile int faulted = 0;
    if (sigsetjmp(back, 1) == 0)
        *(volatile char *)use_helper = 0;
    else
        faulted = 1;
    CHECK(faulted);
    return check_status();
}
