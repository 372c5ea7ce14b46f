// sources: runtime/glibc/tunables.c runtime/glibc/tunables_environment.c runtime/base/text.c
/* Tunables: GLIBC_TUNABLES and aliases, ranges, and what a secure process makes of them. Uses this
 * glibc's own table; ids are found by name. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "process/error.h"
#include "glibc/tunables.h"
#include "process/heap.h"
#include "base/system.h"
#include "tunables_table.h"

static int failures;

static void check(bool good, const char *name) {
    printf("%s %s\n", good ? "ok" : "FAILED", name);
    failures += !good;
}

/* What tunables.c needs of the rest of the runtime. */
static bool suid_debug;
int system_access(const char *path, int mode) {
    (void)mode;
    return strcmp(path, "/etc/suid-debug") == 0 && suid_debug ? 0 : -2;
}
char *copies[1000]; /* tunables keep them for the life of a process */
char *heap_copy_text(const char *text) {
    static size_t count;
    return copies[count++] = strdup(text);
}
bool error_set(struct error *error, int code, const char *object, const char *format, ...) {
    (void)error, (void)code, (void)object, (void)format;
    abort();
}
void error_fatal(const struct error *error) {
    (void)error;
    abort();
}
static char printed[16384];
void print(int fd, const char *format, ...) {
    va_list arguments;
    size_t used = strlen(printed);
    (void)fd;
    va_start(arguments, format);
    vsnprintf(printed + used, sizeof printed - used, format, arguments);
    va_end(arguments);
}

union value {
    int64_t number;
    const char *text;
};
void __tunable_get_val(unsigned id, void *value, void (*callback)(union value *value));

static unsigned id_of(const char *name) {
    unsigned id = 0;
    while (strcmp(tunable_table[id].name, name) != 0)
        id++;
    return id;
}

static bool called;
static void note_call(union value *value) {
    (void)value;
    called = true;
}

/* Whether the callback was called, that is whether the tunable was set. */
static bool is_set(const char *name) {
    uint64_t value;
    called = false;
    __tunable_get_val(id_of(name), &value, note_call);
    return called;
}

/* The environment of a test; NULL-terminated. */
static char *environment[8];

/* Starts with up to three variables. */
static void start(bool secure, const char *first, const char *second, const char *third) {
    static char texts[3][256];
    const char *given[] = {first, second, third};
    unsigned count = 0;
    for (unsigned i = 0; i < 3; i++)
        if (given[i] != NULL)
            environment[count++] = strcpy(texts[i], given[i]);
    environment[count++] = "LAST=1";
    environment[count] = NULL;
    memset(printed, 0, sizeof printed);
    tunables_init(environment, secure);
}

static void test_values(void) {
    start(false, "GLIBC_TUNABLES=glibc.malloc.check=2:glibc.malloc.arena_max=0x10", NULL, NULL);
    int32_t check_level;
    size_t arenas;
    __tunable_get_val(id_of("glibc.malloc.check"), &check_level, NULL);
    __tunable_get_val(id_of("glibc.malloc.arena_max"), &arenas, NULL);
    check(check_level == 2 && arenas == 16, "values, each in its own type");
    check(is_set("glibc.malloc.check"), "callback for what was set");
    check(!is_set("glibc.malloc.top_pad"), "no callback for what was not set");
    check(tunable_number("glibc.pthread.mutex_spin_count", 7) == 100, "default");
    check(tunable_number("glibc.no.such", 7) == 7, "unknown tunable: the fallback");
    check(strcmp(environment[0],
                 "GLIBC_TUNABLES=glibc.malloc.check=2:glibc.malloc.arena_max=0x10") == 0,
          "the environment is as it was");
    int64_t past = 5;
    __tunable_get_val(TUNABLE_COUNT + 3, &past, NULL);
    check(past == 5, "an id that does not exist");
}

/* The value that `text` gives a tunable. */
struct example {
    const char *name, *text;
    uint64_t expected;
};

static void test_examples(void) {
    static const struct example examples[] = {
        {"glibc.malloc.perturb", "256", 0},                /* above the maximum */
        {"glibc.malloc.mmap_max", "-1", 0},                /* below the minimum */
        {"glibc.malloc.trim_threshold", " \t+077", 63},    /* blanks, sign, octal */
        {"glibc.malloc.mmap_threshold", "-1", UINT64_MAX}, /* unsigned: wraps */
        {"glibc.malloc.tcache_count", "12x", 12},          /* what follows is ignored */
        {"glibc.malloc.hugetlb", "abc", 0},                /* no number is 0 */
        {"glibc.rtld.nns", "17", 4},                       /* above the maximum: default */
        {"glibc.rtld.optional_static_tls", "99999999999999999999", UINT64_MAX},
        {"glibc.malloc.tcache_max", "1=2", 1}, /* the first '=' ends the name */
    };
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        char variable[200], label[200];
        snprintf(variable, sizeof variable, "GLIBC_TUNABLES=%s=%s", examples[i].name,
                 examples[i].text);
        snprintf(label, sizeof label, "%s=%s", examples[i].name, examples[i].text);
        for (char *c = label; *c != '\0'; c++)
            *c = *c == '\t' ? ' ' : *c;
        start(false, variable, NULL, NULL);
        check(tunable_number(examples[i].name, 1) == examples[i].expected, label);
    }
}

static void test_syntax(void) {
    start(false, "GLIBC_TUNABLES=::x:glibc.elision.tries=7:glibc.elision.enable", NULL, NULL);
    check(tunable_number("glibc.elision.tries", 0) == 7,
          "empty and nameless parts are passed over");
    check(!is_set("glibc.elision.enable"), "a name without a value");
    start(false, "GLIBC_TUNABLES=glibc.elision.skip_lock_busy=5:glibc.elision.skip_lock_busy=6",
          NULL, NULL);
    check(tunable_number("glibc.elision.skip_lock_busy", 0) == 6, "the last one counts");
    start(false, "GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,Prefer_ERMS", NULL, NULL);
    const char *text = tunable_text("glibc.cpu.hwcaps");
    check(text != NULL && strcmp(text, "-AVX2,Prefer_ERMS") == 0, "text");
    check(tunable_text("glibc.malloc.check") == NULL, "a number is no text");
}

static void test_aliases(void) {
    start(false, "MALLOC_ARENA_TEST=3", "MALLOC_ARENA_TEST=4", "NOVALUE");
    check(tunable_number("glibc.malloc.arena_test", 0) == 3, "alias: the first one counts");
    start(false, "GLIBC_TUNABLES=glibc.malloc.top_pad=1", "MALLOC_TOP_PAD_=2", NULL);
    check(tunable_number("glibc.malloc.top_pad", 0) == 1, "alias: GLIBC_TUNABLES before it wins");
}

static bool environment_is(const char *first, const char *second) {
    return environment[0] != NULL && strcmp(environment[0], first) == 0 &&
           (second == NULL ? environment[1] == NULL
                           : environment[1] != NULL && strcmp(environment[1], second) == 0);
}

static void test_secure(void) {
    start(true, "GLIBC_TUNABLES=glibc.malloc.mxfast=9:glibc.rtld.dynamic_sort=1:bad", NULL, NULL);
    check(!is_set("glibc.malloc.mxfast") && tunable_number("glibc.rtld.dynamic_sort", 0) == 2,
          "secure: nothing is set");
    check(environment_is("GLIBC_TUNABLES=glibc.malloc.mxfast=9", "LAST=1"),
          "secure: children see what may be ignored");
    start(true, "GLIBC_TUNABLES=glibc.malloc.mxfast=9:glibc.mem.tagging=1=glibc.mem.tagging=2",
          NULL, NULL);
    check(environment_is(
              "GLIBC_TUNABLES=glibc.malloc.mxfast=9:glibc.mem.tagging=1=glibc.mem.tagging=2",
              "LAST=1"),
          "secure: the rewritten list does not outgrow the given one");
    start(true, "LD_HWCAP_MASK=1", "LD_HWCAP_MASK=2", NULL);
    check(environment_is("LAST=1", NULL), "secure: an alias that must not be seen is erased");
    start(true, "MALLOC_PERTURB_=1", NULL, NULL);
    check(environment_is("MALLOC_PERTURB_=1", "LAST=1") && !is_set("glibc.malloc.perturb"),
          "secure: an alias that may be seen stays without effect");
    suid_debug = true;
    start(true, "MALLOC_CHECK_=1", NULL, NULL);
    check(tunable_number("glibc.malloc.check", 0) == 1,
          "secure: malloc.check where /etc/suid-debug is");
}

static void test_bounds(void) {
    const char *name = "glibc.cpu.x86_non_temporal_threshold";
    start(false, NULL, NULL, NULL);
    tunable_set(name, 0x10000, 0x4040, 0xffff0000);
    check(tunable_number(name, 0) == 0x10000, "bounds: set from inside");
    tunable_set(name, 0x1000, 0, UINT64_MAX);
    check(tunable_number(name, 0) == 0x10000, "bounds: they only narrow");
    tunables_print();
    check(strstr(printed,
                 "glibc.cpu.x86_non_temporal_threshold: 0x10000 (min: 0x4040, max: 0xffff0000)\n"),
          "print: size with its bounds");
    check(strstr(printed, "glibc.rtld.dynamic_sort: 2 (min: 1, max: 2)\n"), "print: number");
    check(strstr(printed, "glibc.cpu.x86_ibt:\n"), "print: no text");
}

int main(void) {
    test_values();
    test_examples();
    test_syntax();
    test_aliases();
    test_secure();
    test_bounds();
    return failures != 0;
}
