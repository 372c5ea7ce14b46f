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
