// sources: runtime/space/policy.c runtime/space/policy_words.c runtime/space/policy_builtin.c runtime/base/text.c
/* The language of policies: what each statement gives, and which rule a mapping gets. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/format.h"
#include "space/chance.h"
#include "space/policy.h"

static int failures;
static char said[500];

static void check(bool good, const char *name) {
    printf("%s %s\n", good ? "ok" : "FAILED", name);
    failures += !good;
}

void print(int fd, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    (void)fd;
    vsnprintf(said, sizeof said, format, arguments);
    va_end(arguments);
}

size_t chance_below(size_t limit) {
    return limit - 1;
}

static size_t stack_limit(void) {
    return 8 << 20;
}

static const struct policy_layout layout = {.stack = 0x7fff00000000,
                                            .stack_limit = stack_limit,
                                            .kernel = 0x7f0000000000,
                                            .program = 0x555400000000,
                                            .program_break = 0x555500000123,
                                            .randomise = true};

static struct policy parse(const char *text) {
    struct policy result;
    said[0] = '\0';
    check(policy_parse(&result, "test", text, &layout), text);
    return result;
}

static void test_zones(void) {
    struct policy p =
        parse("zone a 0x10000 1G\nzone b 4G kernel # comment\nstack 16M\nzone c 64K stack\n");
    check(p.zone_count == 3 && p.zones[0].low == 0x10000 && p.zones[0].high == 1 << 30, "numbers");
    check(p.zones[1].low == UINT64_C(4) << 30 && p.zones[1].high == layout.kernel, "kernel");
    check(p.zones[2].high == layout.stack - (16 << 20), "stack: the larger of statement and limit");
    p = parse("zone a 1M 2M random 64K\nzone b 1M kernel random 64K\n");
    check(p.zones[0].high == (2 << 20) - (60 << 10), "random moves an upper end that is a number");
    check(p.zones[1].low == (1 << 20) + (60 << 10) && p.zones[1].high == layout.kernel,
          "else the lower");
    p = parse("zone a break kernel\nzone b 1M break\n");
    check(p.zones[0].low == 0x555500001000 && p.zones[1].high == 0x555500001000,
          "break: the page behind it");
    p = parse("zone a 1M program random 64K\nzone b 1M program random 1T\n");
    check(p.zones[0].low == 1 << 20 && p.zones[0].high == layout.program - (60 << 10),
          "random keeps a distance from the program");
    check(p.zones[1].high == layout.program - (((uintptr_t)1 << 40) - 4096), "of any size");
    p = parse("zone a kernel end most 56M late 2G\nzone b 1M 2M most 4M closed\n");
    check(p.zones[0].low == layout.kernel && p.zones[0].high == layout.kernel + (56 << 20) &&
              p.zones[0].late == (size_t)2 << 30,
          "the lower part of a zone, used late");
    check(p.zones[1].high == 2 << 20 && p.zones[1].late == 0 && p.zones[1].closed, "no more");
    check(!p.beside_program && parse("zone a 1M program").beside_program, "beside the program");
    p = parse("stack 16M\nzone c 64K end\n");
    check(p.zones[0].high == layout.stack - (16 << 20), "end: below the stack");
    p = parse("zone a kernel 1M\nzone b 2M break random 1T\n");
    check(p.zones[0].low > p.zones[0].high, "what the kernel decides may leave nothing of a zone");
    struct policy_layout upward = layout;
    upward.kernel = 0x2aaaaaaaa000;
    check(policy_parse(&p, "test", "zone c 64K end\n", &upward) && p.zones[0].high == upward.kernel,
          "but not where the kernel places things upwards");
}

static void test_rules(void) {
    struct policy p =
        parse("zone a 1M 2M\nzone b 3M 4M\nplace stack,image in b top\n"
              "place heap from 2M below 3M in a,b bottom best align 1M\nplace any in a top\n");
    check(policy_rule_for(&p, SPACE_STACK, 4096) == &p.rules[0], "a kind by name");
    check(policy_rule_for(&p, SPACE_HEAP, 2 << 20) == &p.rules[1], "a size in its range");
    check(policy_rule_for(&p, SPACE_HEAP, 3 << 20) == &p.rules[2], "above the range the next rule");
    check(policy_rule_for(&p, SPACE_FILE, 1) == &p.rules[2], "any");
    const struct policy_rule *rule = &p.rules[1];
    check(rule->zone_count == 2 && rule->zones[1] == 1 && rule->best && !rule->top &&
              rule->align == 1 << 20,
          "zones, end, fit and alignment");
    p = parse("zone a 1M 2M\nzone b 3M 4M\nplace any in a,b top best together align 2M\n");
    check(p.rules[0].best && p.rules[0].together && p.rules[0].align == 2 << 20 && !rule->together,
          "the holes of all zones together");
    p = parse("zone a 1M 2M\nplace heap from 4M below 8M multiple 2M in a top align 2M\nplace any "
              "in a top\n");
    check(policy_rule_for(&p, SPACE_HEAP, 6 << 20) == &p.rules[0], "a multiple");
    check(policy_rule_for(&p, SPACE_HEAP, (6 << 20) + 4096) == &p.rules[1] &&
              policy_rule_for(&p, SPACE_HEAP, 8 << 20) == &p.rules[1] &&
              policy_rule_for(&p, SPACE_FILE, 6 << 20) == &p.rules[1],
          "all conditions count");
    p = parse("");
    check(policy_rule_for(&p, SPACE_FILE, 1) == NULL, "without rules the kernel chooses");
}

static void test_architectures(void) {
    struct policy p = parse("arch i386\nnonsense here\narch x86_64\nzone a 1M 2M\nbreak a 1M\n");
    check(p.zone_count == 1 && p.break_moved && p.break_size == 1 << 20,
          "what is for others is not read");
}

static struct policy parse_for(const char *text, bool large, bool wide) {
    struct policy result;
    struct policy_layout guest = layout;
    guest.large = large;
    guest.wide = wide;
    check(policy_parse(&result, "test", text, &guest), text);
    return result;
}

/* A program with 64 bits is neither small nor large. */
static void test_programs(void) {
    static const char text[] = "zone a 1M 2M\nprogram small\nzone s 2M 3M\nprogram large\nzone l 3M 4M\n"
                               "program any\nzone b 4M 5M\n";
    struct policy p = parse_for(text, false, false);
    check(p.zone_count == 3 && strcmp(p.zones[1].name, "s") == 0, "a small program's lines");
    check(p.by_program, "the program matters");
    p = parse_for(text, true, false);
    check(p.zone_count == 3 && strcmp(p.zones[1].name, "l") == 0, "a large program's lines");
    for (int large = 0; large < 2; ++large) {
        p = parse_for(text, large, true);
        check(p.zone_count == 2 && strcmp(p.zones[1].name, "b") == 0 && p.by_program,
              "neither's for one with 64 bits");
    }
    p = parse("zone a 1M 2M\narch i386\nprogram small\nzone s 2M 3M\n");
    check(!p.by_program && p.zone_count == 1, "programs of another architecture do not matter");
}

static void test_devices(void) {
    struct policy p = parse("device /dmabuf:\ndevice /memfd:a # comment\nzone a 1M 2M\n"
                            "place any in a top\n");
    check(p.device_count == 2 && strcmp(p.devices[0], "/dmabuf:") == 0 &&
              strcmp(p.devices[1], "/memfd:a") == 0,
          "names");
    check(!p.places_devices, "no rule places devices");
    p = parse("zone a 1M 2M\nzone b 2M 3M\nplace device in b bottom align 64K\nplace any in a top\n");
    check(p.places_devices && p.device_count == 0, "a rule places devices");
    check(policy_rule_for(&p, SPACE_DEVICE, 4096) == &p.rules[0] &&
              policy_rule_for(&p, SPACE_SHARED, 4096) == &p.rules[1],
          "and nothing else that is shared");
}

static void refused(const char *text, const char *complaint) {
    struct policy result;
    said[0] = '\0';
    bool good = !policy_parse(&result, "test", text, &layout) && strcmp(said, complaint) == 0;
    if (!good)
        printf("said: %s", said);
    check(good, complaint);
}

static void test_mistakes(void) {
    refused("zone a 1M 2M\nplace any in b top", "wine-ld: test:2: no such zone: \"b\"\n");
    refused("zone a 1X 2M", "wine-ld: test:1: not a size: \"1X\"\n");
    refused("zone a 1 2M", "wine-ld: test:1: not a multiple of the page size: \"2M\"\n");
    refused("zone a 99999999999999T 2M", "wine-ld: test:1: not a size: \"99999999999999T\"\n");
    const char *wrong_way = "wine-ld: test:1: the upper bound is not above the lower one: \"1M\"\n";
    refused("zone a 2M 1M", wrong_way);
    refused("zone a 1M 1M", wrong_way);
    refused("keep 2M 1M", wrong_way);
    refused("zone a 1M 2M random 1M", "wine-ld: test:1: may leave nothing of the zone: \"1M\"\n");
    refused("zone a 1M 2M\nplace any from 2M below 1M in a top",
            "wine-ld: test:2: no size is below this and not below \"from\": \"1M\"\n");
    refused("zone a 1M 2M most 5",
            "wine-ld: test:1: not a multiple of the page size: \"5\"\n");
    refused("break here 1M", "wine-ld: test:1: no such zone: \"here\"\n");
    refused("zone a-name-that-is-too-long 1M 2M",
            "wine-ld: test:1: not a name: \"a-name-that-is-too-long\"\n");
    refused("zone a 1M 2M\nplace any multiple 3M in a top",
            "wine-ld: test:2: not a power of two: \"3M\"\n");
    refused("zone a 1M 2M\nplace any multiple 0 in a top",
            "wine-ld: test:2: not a power of two: \"0\"\n");
    refused("zone a 1M 2M\nplace any,stack in a top",
            "wine-ld: test:2: not a kind, or named twice: \"stack\"\n");
    refused("device", "wine-ld: test:1: not a name: \"\"\n");
    refused("device a\ndevice b\ndevice c\ndevice d\ndevice e",
            "wine-ld: test:5: too many devices: \"device\"\n");
    refused("program tiny", "wine-ld: test:1: not a kind of program: \"tiny\"\n");
}

static void test_builtin(void) {
    static const char *const names[] = {"wine", "compact", "kernel"};
    for (int i = 0; i < 3; ++i) {
        struct policy result;
        check(policy_parse(&result, names[i], policy_builtin(names[i]), &layout), names[i]);
    }
    check(policy_builtin("no such") == NULL, "no other is built in");
}

int main(void) {
    test_zones();
    test_rules();
    test_architectures();
    test_programs();
    test_devices();
    test_mistakes();
    test_builtin();
    return failures != 0;
}
