/* Formatted output without libc: one small interpreter of format strings over a byte sink. */
#include "base/format.h"

#include <stdbool.h>
#include <stdint.h>

#include "base/system.h"
#include "base/text.h"

/* Where formatted bytes go: a buffer of `size`; what does not fit is counted only, or, with a file
 * descriptor, flushed. */
struct sink {
    char *buffer;
    size_t size, used, total;
    int fd;
};

static void sink_flush(struct sink *sink) {
    size_t done = 0;
    while (done < sink->used) {
        long written = system_write(sink->fd, sink->buffer + done, sink->used - done);
        if (written <= 0)
            break;
        done += (size_t)written;
    }
    sink->used = 0;
}

static void sink_put(struct sink *sink, char letter) {
    ++sink->total;
    if (sink->used == sink->size && sink->fd >= 0)
        sink_flush(sink);
    if (sink->used < sink->size)
        sink->buffer[sink->used++] = letter;
}

static void sink_put_all(struct sink *sink, const char *text, size_t length) {
    sink->total += length;
    while (length > 0) {
        if (sink->used == sink->size && sink->fd >= 0)
            sink_flush(sink);
        size_t room = sink->size - sink->used, part = length < room ? length : room;
        if (part == 0) /* counted only */
            break;
        memcpy(sink->buffer + sink->used, text, part);
        sink->used += part;
        text += part;
        length -= part;
    }
}

struct conversion {
    bool zero, left, precise;
    size_t width, precision;
    unsigned longs; /* number of l, 1 for z */
};

static void put_padded(struct sink *sink, const struct conversion *how, const char *text,
                       size_t length) {
    size_t padding = how->width > length ? how->width - length : 0;
    for (size_t i = 0; !how->left && i < padding; ++i)
        sink_put(sink, how->zero ? '0' : ' ');
    sink_put_all(sink, text, length);
    for (size_t i = 0; how->left && i < padding; ++i)
        sink_put(sink, ' ');
}

/* Divides by ten without the 64-bit division that 32-bit targets need a library for. */
static uint64_t divide_by_ten(uint64_t number, unsigned *remainder) {
    uint64_t quotient = 0;
    uint64_t rest = 0;
    for (int bit = 63; bit >= 0; --bit) {
        rest = rest << 1 | (number >> bit & 1);
        quotient <<= 1;
        if (rest >= 10) {
            rest -= 10;
            quotient |= 1;
        }
    }
    *remainder = (unsigned)rest;
    return quotient;
}

static void put_number(struct sink *sink, const struct conversion *how, uint64_t number,
                       bool negative, unsigned base) {
    char digits[24];
    size_t at = sizeof digits;
    do {
        unsigned digit;
        if (base == 16) {
            digit = (unsigned)(number & 15);
            number >>= 4;
        } else if (number <= UINT32_MAX) {
            digit = (uint32_t)number % 10u;
            number = (uint32_t)number / 10u;
        } else {
            number = divide_by_ten(number, &digit);
        }
        digits[--at] = "0123456789abcdef"[digit];
    } while (number != 0);
    while (how->precise && sizeof digits - at < how->precision && at > 1)
        digits[--at] = '0';
    if (negative)
        digits[--at] = '-';
    put_padded(sink, how, digits + at, sizeof digits - at);
}

static uint64_t take_unsigned(va_list *arguments, unsigned longs) {
    return longs == 0   ? va_arg(*arguments, unsigned)
           : longs == 1 ? va_arg(*arguments, unsigned long)
                        : va_arg(*arguments, unsigned long long);
}

static int64_t take_signed(va_list *arguments, unsigned longs) {
    return longs == 0   ? va_arg(*arguments, int)
           : longs == 1 ? va_arg(*arguments, long)
                        : va_arg(*arguments, long long);
}

static size_t take_count(const char **at, va_list *arguments) {
    size_t count = 0;
    if (**at == '*') {
        ++*at;
        return (size_t)va_arg(*arguments, int);
    }
    for (; **at >= '0' && **at <= '9'; ++*at)
        count = count * 10 + (size_t)(**at - '0');
    return count;
}

static struct conversion parse_conversion(const char **at, va_list *arguments) {
    struct conversion how = {0};
    for (; **at == '0' || **at == '-'; ++*at) {
        how.zero |= **at == '0';
        how.left |= **at == '-';
    }
    how.width = take_count(at, arguments);
    if (**at == '.') {
        ++*at;
        how.precise = true;
        how.precision = take_count(at, arguments);
    }
    for (; **at == 'l' || **at == 'z'; ++*at)
        ++how.longs;
    return how;
}

static void put_text(struct sink *sink, const struct conversion *how, const char *text) {
    size_t length = 0;
    text = text != NULL ? text : "(null)";
    if (!how->precise)
        length = strlen(text);
    else /* there may be no end behind that many letters */
        while (length < how->precision && text[length] != '\0')
            ++length;
    put_padded(sink, how, text, length);
}

static void put_conversion(struct sink *sink, char kind, const struct conversion *how,
                           va_list *arguments) {
    struct conversion pointer = {.width = 0};
    char letter;
    int64_t number;
    switch (kind) {
    case 's':
        put_text(sink, how, va_arg(*arguments, const char *));
        break;
    case 'c':
        letter = (char)va_arg(*arguments, int);
        put_padded(sink, how, &letter, 1);
        break;
    case 'd':
    case 'i':
        number = take_signed(arguments, how->longs);
        put_number(sink, how, number < 0 ? 0 - (uint64_t)number : (uint64_t)number, number < 0, 10);
        break;
    case 'u':
    case 'x':
        put_number(sink, how, take_unsigned(arguments, how->longs), false, kind == 'x' ? 16 : 10);
        break;
    case 'p':
        put_text(sink, &pointer, "0x");
        put_number(sink, &pointer, (uintptr_t)va_arg(*arguments, void *), false, 16);
        break;
    default:
        sink_put(sink, kind);
        break;
    }
}

static void format_sink(struct sink *sink, const char *at, va_list arguments) {
    va_list rest;
    va_copy(rest, arguments);
    while (*at != '\0') {
        if (*at != '%') {
            size_t plain = 1;
            while (at[plain] != '\0' && at[plain] != '%')
                ++plain;
            sink_put_all(sink, at, plain);
            at += plain;
            continue;
        }
        ++at;
        if (*at == 's') { /* the commonest conversion, and as it is */
            const struct conversion plainly = {.width = 0};
            put_text(sink, &plainly, va_arg(rest, const char *));
            ++at;
            continue;
        }
        struct conversion how = parse_conversion(&at, &rest);
        if (*at != '\0')
            put_conversion(sink, *at++, &how, &rest);
    }
    va_end(rest);
}

size_t format_va(char *buffer, size_t size, const char *format, va_list arguments) {
    struct sink sink = {.buffer = buffer, .size = size != 0 ? size - 1 : 0, .fd = -1};
    format_sink(&sink, format, arguments);
    if (size != 0)
        buffer[sink.used] = '\0';
    return sink.total;
}

size_t format(char *buffer, size_t size, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    size_t length = format_va(buffer, size, format, arguments);
    va_end(arguments);
    return length;
}

void print_va(int fd, const char *format, va_list arguments) {
    char buffer[512];
    struct sink sink = {.buffer = buffer, .size = sizeof buffer, .fd = fd};
    format_sink(&sink, format, arguments);
    sink_flush(&sink);
}

void print(int fd, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    print_va(fd, format, arguments);
    va_end(arguments);
}
