/* A function's first call through the PLT changes no register that may carry an argument, and none
 * that a callee keeps: compared with what a second, bound call passes. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

enum { SIZE = 4096 };
_Alignas(64) unsigned char given[SIZE], seen[SIZE];
unsigned char result[64];
/* Widest vectors of this machine: 0 SSE, 1 AVX, 2 AVX-512. */
int level;
void call_probe(void);

static void fill(void) {
    uint32_t state = 12345;
    for (int index = 0; index < SIZE; index++) {
        state = state * 1664525 + 1013904223;
        given[index] = (unsigned char)(state >> 24);
    }
    static const long double numbers[2] = {3.25L, -1e100L};
    memcpy(given + 128 + 2064, &numbers[0], 10);
    memcpy(given + 128 + 2080, &numbers[1], 10);
    uint32_t control = 0x9f80; /* exceptions masked, flush to zero */
    uint16_t x87 = 0x37f;
    memcpy(given + 112, &control, 4);
    memcpy(given + 116, &x87, 2);
    given[48] = 8; /* %al: vector registers used by a variadic call */
}

/* The parts of the area that the assembly of this architecture and level uses. */
static int differs(const unsigned char *one, const unsigned char *other) {
    int words = sizeof(void *) == 8 ? 14 * 8 : 5 * 4;
    int registers = sizeof(void *) == 8 ? (level == 2 ? 32 : 16) : 8;
    int width = level == 2 ? 64 : level == 1 ? 32 : 16;
    int wrong = 0;
    for (int byte = 0; byte < words; byte++) /* %r10 carries no argument: the linker may use it */
        wrong |= one[byte] != other[byte] && !(sizeof(void *) == 8 && byte / 8 == 7);
    wrong |= (memcmp(one + 112, other + 112, 6) != 0) << 1;
    for (int index = 0; index < registers; index++)
        wrong |= (memcmp(one + 128 + index * 64, other + 128 + index * 64, (size_t)width) != 0)
                 << 2;
    wrong |= (level == 2 && memcmp(one + 128 + 2048, other + 128 + 2048, 16) != 0) << 3;
    wrong |= (memcmp(one + 128 + 2064, other + 128 + 2064, 10) != 0) << 4;
    wrong |= (memcmp(one + 128 + 2080, other + 128 + 2080, 10) != 0) << 5;
    return wrong;
}

int main(void) {
    static unsigned char first[SIZE], first_result[64];
    __builtin_cpu_init();
    level = __builtin_cpu_supports("avx512f") ? 2 : __builtin_cpu_supports("avx") ? 1 : 0;
    fill();
    call_probe();
    memcpy(first, seen, SIZE);
    memcpy(first_result, result, sizeof result);
    printf("differences at the first call %#x\n", differs(given, first));
    CHECK(differs(given, first) == 0);
    memset(seen, 0, SIZE);
    call_probe();
    CHECK(differs(given, seen) == 0);
    CHECK(memcmp(first + 118, seen + 118, 2) == 0);
    CHECK(memcmp(first_result, result, 26) == 0);
    return check_status();
}
