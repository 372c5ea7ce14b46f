/* What the native tests of the address space share: a check that names the place, and reproducible chance. */
#ifndef TEST_SPACE_CHECK_H
#define TEST_SPACE_CHECK_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define CHECK(condition, ...)                                                                      \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: not true: %s: ", __FILE__, __LINE__, #condition);              \
            fprintf(stderr, __VA_ARGS__);                                                          \
            fputc('\n', stderr);                                                                   \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* xorshift64*: the same sequence for the same seed everywhere. */
static inline uint64_t chance(uint64_t *state) {
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717);
}
static inline unsigned long chance_below(uint64_t *state, unsigned long limit) {
    return (unsigned long)((chance(state) >> 16) % limit);
}

#endif
