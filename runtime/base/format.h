/* Formatted output without libc: %s %.*s %c %d %i %u %x %p %% with l, ll, z, width and 0-padding.
 */
#ifndef WINE_LD_FORMAT_H
#define WINE_LD_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/* As vsnprintf(3): writes at most `size` bytes with the terminator, returns the length wanted. */
size_t format_va(char *buffer, size_t size, const char *format, va_list arguments);
size_t format(char *buffer, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Formats straight to a file descriptor. Not atomic above 512 bytes. Async-signal-safe. */
void print(int fd, const char *format, ...) __attribute__((format(printf, 2, 3)));
void print_va(int fd, const char *format, va_list arguments);

#endif
