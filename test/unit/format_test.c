// sources: runtime/base/format.c
/* Formatted output: what libc's snprintf makes of the same conversions, and writing to a
 * descriptor. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/format.h"
#include "base/system.h"

static int failures;

static void check(bool good, const char *name) {
    printf("%s %s\n", good ? "ok" : "FAILED", name);
    failures += !good;
}

static char written[4096];
static size_t written_size;
static size_t write_limit = 4096;

long system_write(int fd, const void *buffer, size_t size) {
    if (fd != 7)
        return -1;
    if (size > write_limit)
        size = write_limit;
    memcpy(written + written_size, buffer, size);
    written_size += size;
    return (long)size;
}

/* Both give the same text, and count the same when it does not fit. */
#define SAME(name, ...)                                                                            \
    do {                                                                                           \
        char *ours = malloc(200), theirs[200], *little = malloc(3);                                \
        size_t length = format(ours, 200, __VA_ARGS__);                                            \
        size_t wanted = (size_t)snprintf(theirs, 200, __VA_ARGS__);                                \
        size_t cut = format(little, 3, __VA_ARGS__);                                               \
        check(length == wanted && strcmp(ours, theirs) == 0 && cut == wanted &&                    \
                  strlen(little) < 3,                                                              \
              name);                                                                               \
        free(ours);                                                                                \
        free(little);                                                                              \
    } while (0)

static void test_conversions(void) {
    SAME("text", "<%s>%%", "abc");
    SAME("text with precision", "<%.*s|%.2s>", 2, "abc", "xyz");
    SAME("text with width", "<%5s|%-5s|%*s>", "ab", "ab", 4, "c");
    SAME("character", "%c%c", 'a', 'b');
    SAME("decimal", "%d %i %u", -42, 7, 4000000000u);
    SAME("smallest numbers", "%d %ld", -2147483647 - 1, -9223372036854775807L - 1);
    SAME("long", "%ld %lu %lld %llu", -5L, 18446744073709551615UL, -6LL, 10000000000ULL);
    SAME("size", "%zu %zx", (size_t)123456789012, (size_t)0xdeadbeefcafe);
    SAME("hexadecimal", "%x %lx %08x %016lx", 0xabcu, 0xabcUL, 0x1fu, 0x2fUL);
    SAME("width", "<%5d|%-5d|%05d>", 42, 42, 42);
    SAME("pointer", "%p", (void *)0x1234);
    SAME("large decimals", "%llu %llu", 9999999999999999999ULL, 4294967296ULL);
}

static void test_output(void) {
    write_limit = 5; /* the kernel may take less than it is offered */
    print(7, "%s-%d\n", "hello world", 12);
    check(written_size == 15 && memcmp(written, "hello world-12\n", 15) == 0, "print, in pieces");
    char text[1500];
    memset(text, 'x', sizeof text);
    written_size = 0;
    write_limit = 4096;
    print(7, "%.*s", (int)sizeof text, text);
    check(written_size == sizeof text, "print, longer than the buffer");
    print(3, "lost");
    check(written_size == sizeof text, "print, descriptor in trouble");
}

int main(void) {
    test_conversions();
    test_output();
    return failures != 0;
}
