/* Strings and memory without libc, under the names that compilers call. */
#ifndef WINE_LD_TEXT_H
#define WINE_LD_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *a, const void *b, size_t size);
size_t strlen(const char *text);

/* A word at any address. */
typedef uintptr_t __attribute__((aligned(1), may_alias)) any_word;
typedef uint32_t __attribute__((aligned(1), may_alias)) any_half;

/* Whether the bytes are equal: by words, the last two of which may overlap. In place, because names
 * of symbols are short. */
static inline bool memory_equal(const char *a, const char *b, size_t size) {
    enum { WORD = sizeof(any_word), HALF = sizeof(any_half) };
    if (size >= WORD) {
        size_t last = size - WORD;
        for (size_t i = 0; i < last; i += WORD)
            if (*(const any_word *)(a + i) != *(const any_word *)(b + i))
                return false;
        return *(const any_word *)(a + last) == *(const any_word *)(b + last);
    }
    if (size >= HALF)
        return *(const any_half *)a == *(const any_half *)b &&
               *(const any_half *)(a + size - HALF) == *(const any_half *)(b + size - HALF);
    for (size_t i = 0; i < size; ++i)
        if (a[i] != b[i])
            return false;
    return true;
}

/* How many bytes stand before the first one that is `wanted`; `size`: none is. */
size_t memory_find(const char *from, size_t size, char wanted);

/* Whether both strings are equal. */
bool text_equal(const char *a, const char *b);
/* Whether `text` begins with `prefix`. */
bool text_starts(const char *text, const char *prefix);
/* As strcmp(3), strchr(3), strrchr(3). */
int text_compare(const char *a, const char *b);
const char *text_find(const char *text, int wanted) __asm__("index"); /* valgrind asks for it */
const char *text_find_last(const char *text, char wanted);
/* Reads an unsigned number, decimal, 0x hexadecimal or 0 octal (strtoul base 0); *end is where it
 * stopped. Saturates at UINT64_MAX. */
uint64_t text_number(const char *text, const char **end);

#endif
