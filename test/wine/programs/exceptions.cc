/* C++ exceptions through frames with destructors, and structured ones: access violation, division, stack
 * overflow are left to a vectored handler. */
#include <csetjmp>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <windows.h>

static int destroyed;
struct Counted {
    ~Counted() { ++destroyed; }
};

static int deep(int depth) {
    Counted counted;
    if (depth == 0) {
        throw std::runtime_error("bottom");
    }
    return deep(depth - 1) + 1;
}

static jmp_buf back;
static DWORD code;

static LONG CALLBACK handler(EXCEPTION_POINTERS *pointers) {
    DWORD found = pointers->ExceptionRecord->ExceptionCode;
    if (found != EXCEPTION_ACCESS_VIOLATION && found != EXCEPTION_INT_DIVIDE_BY_ZERO) {
        return EXCEPTION_CONTINUE_SEARCH;
    }
    code = found;
    longjmp(back, 1);
}

static volatile int one = 1, zero;
static int *volatile nowhere;

int main() {
    std::string text;
    for (int i = 0; i < 100; ++i) {
        try {
            deep(20);
        } catch (const std::exception &error) {
            text = error.what();
        }
    }
    std::printf("caught=%s destroyed=%d\n", text.c_str(), destroyed);
    AddVectoredExceptionHandler(1, handler);
    if (setjmp(back) == 0) {
        *nowhere = 1;
    }
    std::printf("access=%08lx\n", code);
    if (setjmp(back) == 0) {
        one = one / zero;
    }
    std::printf("divide=%08lx\n", code);
    return 0;
}
