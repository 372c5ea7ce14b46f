// sources: runtime/search/cache.c
/* ld.so.cache: caches made here byte by byte, the machine's own, and thousands of damaged ones. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "search/cache.h"

static int failures;

static void check(bool good, const char *name) {
    printf("%s %s\n", good ? "ok" : "FAILED", name);
    failures += !good;
}

enum { X86_64 = 0x303, I386 = 3, LEVEL_V2 = 1, LEVEL_V3 = 2, LEVEL_V4 = 3 };
#define HWCAPS(index, level) (UINT64_C(1) << 62 | (uint64_t)(level) << 32 | (index))

struct row {
    const char *key, *value;
    int32_t flags;
    uint64_t hwcap;
};

/* A cache under construction. */
static unsigned char image[65536];
static size_t image_size;

static void put(const void *bytes, size_t size) {
    memcpy(image + image_size, bytes, size);
    image_size += size;
}

static void put32(uint32_t value) {
    put(&value, 4);
}

static void set32(size_t at, uint32_t value) {
    memcpy(image + at, &value, 4);
}

static uint32_t put_text(const char *text, size_t base) {
    uint32_t offset = (uint32_t)(image_size - base);
    put(text, strlen(text) + 1);
    return offset;
}

/* Writes the new format at the present end. `names`: the glibc-hwcaps subdirectories,
 * NULL-terminated. */
static void put_new(const struct row *rows, uint32_t count, const char *const *names) {
    size_t start = image_size;
    put("glibc-ld.so.cache1.1", 20);
    put32(count);
    put32(0);
    put32(2); /* little endian */
    put32(0); /* extensions: set below */
    put32(0), put32(0), put32(0);
    size_t entries = image_size;
    image_size += count * 24;
    for (uint32_t i = 0; i < count; i++) {
        size_t at = entries + i * 24;
        memcpy(image + at, &rows[i].flags, 4);
        set32(at + 4, put_text(rows[i].key, start));
        set32(at + 8, put_text(rows[i].value, start));
        set32(at + 12, 0);
        memcpy(image + at + 16, &rows[i].hwcap, 8);
    }
    uint32_t offsets[8], used = 0;
    for (; names != NULL && names[used] != NULL; used++)
        offsets[used] = put_text(names[used], 0); /* from the start of the file */
    image_size = (image_size + 3) & ~(size_t)3;
    if (names != NULL) {
        set32(start + 32, (uint32_t)image_size);
        put32((uint32_t)-358342284), put32(2);
        put32(0), put32(0), put32(0), put32(0);
        put32(1), put32(0), put32((uint32_t)image_size + 8), put32(used * 4);
        put(offsets, used * 4);
    }
}

static const char *usable_names[4];

static uint32_t priority(const char *name, size_t length) {
    for (uint32_t i = 0; usable_names[i] != NULL; i++)
        if (strlen(usable_names[i]) == length && memcmp(usable_names[i], name, length) == 0)
            return i + 1;
    return 0;
}

static struct cache_request request = {
    .flags = X86_64,
    .other_flags = X86_64,
    .isa_levels = 1 << 0 | 1 << LEVEL_V2 | 1 << LEVEL_V3,
    .hwcaps_priority = priority,
};

/* Opens a copy of the image that ends where its memory ends. */
static struct cache open_image(void) {
    static unsigned char *copy;
    struct cache cache;
    free(copy);
    copy = malloc(image_size);
    memcpy(copy, image, image_size);
    if (!cache_open(&cache, copy, image_size))
        memset(&cache, 0, sizeof cache);
    return cache;
}

static bool finds(const struct cache *cache, const char *name, const char *path) {
    const char *found = cache->data != NULL ? cache_find(cache, name, &request) : NULL;
    return path == NULL ? found == NULL : found != NULL && strcmp(found, path) == 0;
}

static const struct row plain[] = {
    {"libz.so.10", "/l/z10", X86_64, 0}, {"libz.so.9", "/l/z9", X86_64, 0},
    {"libc.so.6", "/l/c", X86_64, 0},    {"libc.so.6", "/l32/c", I386, 0},
    {"libb1.so", "/l/b1", X86_64, 0},    {"libb.so", "/l/b", X86_64, 0},
    {"liba.so", "/l/a", I386, 0},
};

static void test_order(void) {
    image_size = 0;
    put_new(plain, 7, NULL);
    struct cache cache = open_image();
    check(cache.count == 7, "opened");
    check(finds(&cache, "libz.so.10", "/l/z10") && finds(&cache, "libz.so.9", "/l/z9"),
          "digits compare as numbers");
    check(finds(&cache, "libb1.so", "/l/b1") && finds(&cache, "libb.so", "/l/b"),
          "a digit comes after other characters");
    check(finds(&cache, "libc.so.6", "/l/c"), "first and last of several");
    check(finds(&cache, "liba.so", NULL), "other architecture only");
    check(finds(&cache, "libz.so", NULL) && finds(&cache, "aaa", NULL) &&
              finds(&cache, "zzz", NULL) && finds(&cache, "", NULL),
          "not there");
    request.flags = I386;
    request.other_flags = CACHE_FLAG_ELF;
    check(finds(&cache, "libc.so.6", "/l32/c") && finds(&cache, "liba.so", "/l/a"), "i386");
    request.flags = request.other_flags = X86_64;
}

static void test_hwcaps(void) {
    static const struct row rows[] = {
        {"libx.so", "/l/x4", X86_64, HWCAPS(2, LEVEL_V4)},
        {"libx.so", "/l/x2", X86_64, HWCAPS(0, LEVEL_V2)},
        {"libx.so", "/l/x3", X86_64, HWCAPS(1, LEVEL_V3)},
        {"libx.so", "/l/x", X86_64, 0},
        {"libw.so", "/l/w9", X86_64, HWCAPS(9, LEVEL_V2)},
        {"libw.so", "/l/w2", X86_64, 2},
        {"libw.so", "/l/w", X86_64, 0},
    };
    static const char *const names[] = {"x86-64-v2", "x86-64-v3", "x86-64-v4", NULL};
    image_size = 0;
    put_new(rows, 7, names);
    struct cache cache = open_image();
    check(cache.hwcaps_count == 3, "hwcaps: section");
    check(finds(&cache, "libx.so", "/l/x"), "hwcaps: none usable");
    usable_names[0] = "x86-64-v4", usable_names[1] = "x86-64-v3", usable_names[2] = "x86-64-v2";
    check(finds(&cache, "libx.so", "/l/x3"), "hwcaps: the best whose ISA level is there");
    usable_names[0] = "x86-64-v2", usable_names[1] = "x86-64-v3", usable_names[2] = NULL;
    check(finds(&cache, "libx.so", "/l/x2"), "hwcaps: priority is not the order of the file");
    check(finds(&cache, "libw.so", "/l/w"), "hwcaps: unknown index and legacy bit passed over");
    request.hwcap = 2;
    check(finds(&cache, "libw.so", "/l/w2"), "hwcaps: legacy bit of this machine");
    request.hwcap = 0;
    usable_names[0] = NULL;
}

static void test_old_format_before(void) {
    image_size = 0;
    put("ld.so-1.7.0", 11);
    image_size++; /* padding of the old header */
    put32(3);
    image_size += 3 * 12;
    image_size = (image_size + 7) & ~(size_t)7;
    put_new(plain, 7, NULL);
    struct cache cache = open_image();
    check(finds(&cache, "libz.so.9", "/l/z9"), "old table before the new one");
    set32(12, 0x20000000);
    check(open_image().data == NULL, "old table larger than the file");
}

static void test_refused(void) {
    image_size = 0;
    put_new(plain, 7, NULL);
    image[28] = 3;
    check(open_image().data == NULL, "big endian");
    image[28] = 0;
    check(open_image().data != NULL, "endianness not said");
    set32(20, 0x10000000);
    check(open_image().data == NULL, "more entries than file");
    image[3] = 'x';
    check(open_image().data == NULL, "other magic");
    image_size = 30;
    check(open_image().data == NULL, "short file");
    image_size = 1;
    check(open_image().data == NULL, "one byte");
    image_size = 0;
    put_new(plain, 7, NULL);
    set32(48 + 3 * 24 + 4, 0x7fffffff);
    check(finds((struct cache[]){open_image()}, "libc.so.6", NULL), "name outside the file");
}

/* Whatever is broken, lookups end and stay inside the file. */
static void test_damaged(void) {
    static const char *const names[] = {"x86-64-v2", "x86-64-v3", NULL};
    static const struct row rows[] = {
        {"libx.so", "/l/x2", X86_64, HWCAPS(0, 1)},
        {"libx.so", "/l/x", X86_64, 0},
        {"liba9.so", "/l/a9", X86_64, 0},
        {"liba8.so", "/l/a8", X86_64, 0},
    };
    usable_names[0] = "x86-64-v2", usable_names[1] = NULL;
    size_t found = 0;
    srand(1);
    for (int round = 0; round < 200000; round++) {
        image_size = 0;
        put_new(rows, 4, names);
        for (int i = rand() % 4; i >= 0; i--)
            image[(size_t)rand() % image_size] = (unsigned char)(rand() >> 5);
        if (rand() % 4 == 0)
            image_size -= (size_t)rand() % image_size;
        struct cache cache = open_image();
        if (cache.data != NULL)
            for (unsigned i = 0; i < 4; i++) {
                const char *path = cache_find(&cache, rows[i].key, &request);
                found += path != NULL && strlen(path) > 0;
            }
    }
    check(found > 100000, "damaged caches answer what is left of them");
}

/* On a machine that has one: every entry for this architecture is found by its name. */
static void test_machine(void) {
    FILE *file = fopen("/etc/ld.so.cache", "rb");
    if (file == NULL)
        return;
    static unsigned char data[1 << 24];
    size_t size = fread(data, 1, sizeof data, file);
    fclose(file);
    struct cache cache;
    bool good = cache_open(&cache, data, size) && cache.count > 0;
    const unsigned char *entry = cache.start + 48;
    for (uint32_t i = 0; good && i < cache.count; i++, entry += 24) {
        int32_t flags;
        uint32_t key;
        memcpy(&flags, entry, 4);
        memcpy(&key, entry + 4, 4);
        good = flags != X86_64 ||
               cache_find(&cache, (const char *)cache.start + key, &request) != NULL;
    }
    check(good, "the machine's own cache");
}

int main(void) {
    test_order();
    test_hwcaps();
    test_old_format_before();
    test_refused();
    test_damaged();
    test_machine();
    return failures != 0;
}
