// sources: runtime/base/text.c
/* Strings, numbers and memory; memory functions under the names that the driver gave them. */
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"

void *runtime_memcpy(void *to, const void *from, size_t size);
void *runtime_memmove(void *to, const void *from, size_t size);
void *runtime_memset(void *to, int byte, size_t size);
int runtime_memcmp(const void *a, const void *b, size_t size);
size_t runtime_strlen(const char *text);

static int failures;

static void check(bool good, const char *name) {
    printf("%s %s\n", good ? "ok" : "FAILED", name);
    failures += !good;
}

static void fill(unsigned char *bytes, size_t size) {
    for (size_t i = 0; i < size; i++)
        bytes[i] = (unsigned char)(rand() >> 7);
}

static bool move_agrees(size_t to, size_t from, size_t size) {
    unsigned char bytes[128], expected[128];
    fill(bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        expected[i] = i >= to && i - to < size ? bytes[from + i - to] : bytes[i];
    if (runtime_memmove(bytes + to, bytes + from, size) != bytes + to)
        return false;
    for (size_t i = 0; i < sizeof bytes; i++)
        if (bytes[i] != expected[i])
            return false;
    return true;
}

static void test_memory(void) {
    bool good = true;
    srand(1);
    for (int round = 0; round < 20000 && good; round++) {
        size_t size = (size_t)rand() % 64;
        good = move_agrees((size_t)rand() % 64, (size_t)rand() % 64, size);
    }
    check(good, "memmove, overlapping or not");
    unsigned char a[40], b[40];
    fill(a, sizeof a);
    check(runtime_memcpy(b, a, 40) == b && runtime_memcmp(a, b, 40) == 0, "memcpy");
    b[39]++;
    check((runtime_memcmp(a, b, 40) < 0) == (a[39] < b[39]) && runtime_memcmp(a, b, 39) == 0,
          "memcmp");
    check(runtime_memcmp("\xff", "\x01", 1) > 0, "memcmp: bytes are unsigned");
    check(runtime_memset(b, 0x1a5, 3) == b && b[0] == 0xa5 && b[2] == 0xa5 && b[3] == a[3],
          "memset");
    check(runtime_strlen("") == 0 && runtime_strlen("four") == 4, "strlen");
}

static void test_find(void) {
    char bytes[48];
    bool good = true;
    for (size_t size = 0; size <= 24; ++size) {
        for (size_t at = 0; at <= size; ++at) {
            for (size_t i = 0; i < sizeof bytes; ++i)
                bytes[i] = i == at + 3 || i == size + 3 ? '\n' : i % 2 != 0 ? '\x8a' : '\t';
            good &= memory_find(bytes + 3, size, '\n') == at;
        }
    }
    check(good, "memory_find: every place in every length, at odd addresses");
}

/* Every length up to three words, every place where two may differ, at odd addresses. */
static bool finds_each_difference(void) {
    char left[40], right[40];
    for (size_t size = 0; size <= 24; ++size) {
        runtime_memset(left, 'x', sizeof left);
        runtime_memset(right, 'x', sizeof right);
        left[size + 1] = 'y'; /* what is behind does not count */
        if (!memory_equal(left + 1, right + 1, size))
            return false;
        for (size_t i = 0; i < size; ++i) {
            right[i + 1] = 'z';
            if (memory_equal(left + 1, right + 1, size))
                return false;
            right[i + 1] = 'x';
        }
    }
    return true;
}

static void test_strings(void) {
    check(finds_each_difference(), "equal bytes");
    check(text_equal("a", "a") && !text_equal("a", "ab") && !text_equal("", "a"), "equal");
    check(text_starts("ab", "a") && text_starts("ab", "") && !text_starts("a", "ab"), "starts");
    check(text_compare("a", "b") < 0 && text_compare("\xff", "a") > 0 && text_compare("", "") == 0,
          "compare");
    const char *path = "/a/b";
    check(text_find(path, '/') == path && text_find(path, 'x') == NULL, "find");
    check(text_find_last(path, '/') == path + 2 && text_find_last(path, 'x') == NULL, "find last");
}

static bool reads(const char *text, uint64_t expected, size_t length) {
    const char *end;
    return text_number(text, &end) == expected && end == text + length;
}

static void test_numbers(void) {
    check(reads("0", 0, 1) && reads("42x", 42, 2), "number: decimal");
    check(reads("0x1fG", 0x1f, 4) && reads("0XAb", 0xab, 4), "number: hexadecimal");
    check(reads("0178", 15, 3), "number: octal");
    check(reads("0x", 0, 1), "number: x without digits");
    check(reads("", 0, 0) && reads("-1", 0, 0), "number: none");
    check(reads("18446744073709551615", UINT64_MAX, 20), "number: largest");
    check(reads("18446744073709551616", UINT64_MAX, 20), "number: too large");
    check(reads("0x123456789abcdef01", UINT64_MAX, 19), "number: too large, hexadecimal");
    check(text_number("7", NULL) == 7, "number: no end wanted");
}

int main(void) {
    test_memory();
    test_find();
    test_strings();
    test_numbers();
    return failures != 0;
}
