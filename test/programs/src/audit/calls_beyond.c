/* What followed calls must leave as it was, and glibc's ld.so does not: the stack behind functions that take
 * the address of a struct from it (i386), the flags of the x87 and its depth. */
#include "calls.h"

#include <fenv.h>
#include <stdint.h>
#include <stdio.h>

/* Without a frame pointer it only returns when the stack is where it was. */
__attribute__((noinline, optimize("O2", "omit-frame-pointer"))) static int structs(long first) {
    struct large large = call_struct(first);
    struct mixed mixed = call_mixed(1.5, 4);
    _Complex long double pair = call_complex(1.5, 2.5);
    return large.parts[0] == first && large.parts[8] == first + 8 &&
           mixed.first == 3 && mixed.second == 12 && __real__ pair == 3 && __imag__ pair == 7.5L;
}

static unsigned x87_tags(void) {
    struct {
        uint32_t words[7];
    } environment;
    __asm__ volatile("fnstenv %0\n\tfldenv %0" : "+m"(environment));
    return environment.words[2] & 0xffff;
}

int main(void) {
    const char *wrong = NULL;
    feclearexcept(FE_ALL_EXCEPT);
    for (int i = 0; i < 3; ++i) {
        if (call_integers(1, 2, 3, 4, 5, 6, 7, 8) != 204)
            wrong = "integers";
        if (x87_tags() != 0xffff)
            wrong = "depth of the x87";
        if (fetestexcept(FE_ALL_EXCEPT) != 0)
            wrong = "exceptions";
        if (!structs(5 + i))
            wrong = "structs";
    }
    puts(wrong != NULL ? wrong : "all holds");
    return 0;
}
