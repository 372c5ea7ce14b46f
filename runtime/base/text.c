/* Strings and memory without libc. Knows nothing of the linker; the compiler itself calls the mem*
 * here. */
#include "base/text.h"

#include "arch_instructions.h"

/* The string instructions take about forty cycles to begin, so what is short
 * goes by words. The barriers keep the loops from becoming calls of the functions they are in. */
enum { WORD = sizeof(uintptr_t), SHORT = 16 * sizeof(uintptr_t) };

void *memcpy(void *restrict to, const void *restrict from, size_t size) {
    void *result = to;
    for (; size >= WORD && size <= SHORT; size -= WORD) {
        *(any_word *)to = *(const any_word *)from;
        to = (char *)to + WORD;
        from = (const char *)from + WORD;
        __asm__ volatile("" : : : "memory");
    }
    if (size < WORD) {
        for (size_t i = 0; i < size; ++i) {
            ((char *)to)[i] = ((const char *)from)[i];
            __asm__ volatile("" : : : "memory");
        }
        return result;
    }
    arch_copy(to, from, size);
    return result;
}

void *memmove(void *to, const void *from, size_t size) {
    if ((uintptr_t)to - (uintptr_t)from >= size)
        return memcpy(to, from, size);
    unsigned char *last = (unsigned char *)to + size;
    const unsigned char *source = (const unsigned char *)from + size;
    while (last != to) {
        *--last = *--source;
        __asm__ volatile("" : : : "memory"); /* keeps the loop from becoming a call of itself */
    }
    return to;
}

void *memset(void *to, int byte, size_t size) {
    void *result = to;
    for (; size >= WORD && size <= SHORT; size -= WORD) {
        *(any_word *)to = (uintptr_t)-1 / 255 * (unsigned char)byte;
        to = (char *)to + WORD;
        __asm__ volatile("" : : : "memory");
    }
    if (size < WORD) {
        for (size_t i = 0; i < size; ++i) {
            ((char *)to)[i] = (char)byte;
            __asm__ volatile("" : : : "memory");
        }
        return result;
    }
    arch_fill(to, byte, size);
    return result;
}

int memcmp(const void *a, const void *b, size_t size) {
    const unsigned char *left = a, *right = b;
    while (size >= sizeof(any_word) && *(const any_word *)left == *(const any_word *)right) {
        left += sizeof(any_word);
        right += sizeof(any_word);
        size -= sizeof(any_word);
    }
    for (; size != 0; --size, ++left, ++right)
        if (*left != *right)
            return *left - *right;
    return 0;
}

size_t memory_find(const char *from, size_t size, char wanted) {
    const uintptr_t ones = (uintptr_t)-1 / 255, all = ones * (unsigned char)wanted;
    size_t at = 0;
    for (; size - at >= WORD; at += WORD) {
        uintptr_t word = *(const any_word *)(const void *)(from + at) ^ all;
        if (((word - ones) & ~word & (ones << 7)) != 0)
            break;
    }
    while (at < size && from[at] != wanted)
        ++at;
    return at;
}

/* From the first word boundary on by words: an aligned word lies in one page, so what is behind the
 * end may be read, whatever it is. */
__attribute__((no_sanitize("address"))) size_t strlen(const char *text) {
    const uintptr_t ones = (uintptr_t)-1 / 255;
    const char *end = text;
    for (; (uintptr_t)end % WORD != 0; ++end)
        if (*end == '\0')
            return (size_t)(end - text);
    for (uintptr_t word;
         word = *(const any_word *)(const void *)end, ((word - ones) & ~word & (ones << 7)) == 0;
         end += WORD)
        __asm__ volatile("" : : : "memory");
    while (*end != '\0') {
        ++end;
        __asm__ volatile("" : : : "memory");
    }
    return (size_t)(end - text);
}

int text_compare(const char *a, const char *b) {
    while (*a != '\0' && *a == *b) {
        ++a;
        ++b;
    }
    return (unsigned char)*a - (unsigned char)*b;
}

bool text_equal(const char *a, const char *b) {
    for (size_t i = 0; a[i] == b[i]; ++i)
        if (a[i] == '\0')
            return true;
    return false;
}

bool text_starts(const char *text, const char *prefix) {
    while (*prefix != '\0')
        if (*text++ != *prefix++)
            return false;
    return true;
}

const char *text_find(const char *text, int wanted) {
    for (; *text != wanted; ++text)
        if (*text == '\0')
            return NULL;
    return text;
}

const char *text_find_last(const char *text, char wanted) {
    const char *found = NULL;
    for (; *text != '\0'; ++text)
        if (*text == wanted)
            found = text;
    return found;
}

static int digit_of(char letter, unsigned base) {
    int value = letter >= '0' && letter <= '9'   ? letter - '0'
                : letter >= 'a' && letter <= 'f' ? letter - 'a' + 10
                : letter >= 'A' && letter <= 'F' ? letter - 'A' + 10
                                                 : -1;
    return value >= 0 && (unsigned)value < base ? value : -1;
}

uint64_t text_number(const char *text, const char **end) {
    unsigned base = 10;
    if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X') && digit_of(text[2], 16) >= 0) {
        base = 16;
        text += 2;
    } else if (text[0] == '0') {
        base = 8;
    }
    uint64_t number = 0;
    bool saturated = false;
    for (int digit = digit_of(*text, base); digit >= 0; digit = digit_of(*++text, base)) {
        uint64_t shifted = base == 16 ? number << 4 : base == 8 ? number << 3 : number * 10;
        uint64_t limit = base == 16  ? UINT64_MAX >> 4
                         : base == 8 ? UINT64_MAX >> 3
                                     : UINT64_MAX / 10;
        saturated |= number > limit || shifted > UINT64_MAX - (unsigned)digit;
        number = shifted + (unsigned)digit;
    }
    if (end != NULL)
        *end = text;
    return saturated ? UINT64_MAX : number;
}
