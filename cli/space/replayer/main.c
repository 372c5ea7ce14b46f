/* Replays a list of operations, read from standard input, and reports the state of the free space.
 *
 *   replayer LOW HIGH STACK KERNEL PROGRAM BREAK real|policy FILE|builtin NAME < OPERATIONS
 *
 * Numbers are hexadecimal. LOW and HIGH bound the window; STACK, KERNEL, PROGRAM and BREAK are the
 * bounds of that name in policies. One operation a line; SPOT is the number of a mapping and an
 * offset into it:
 *
 *   n COUNT                       first: how many mappings will be numbered
 *   t 0|1                         whether aligned mappings are had by over-mapping and trimming
 *   m NUMBER KIND SIZE ALIGN END  a mapping that the policy places
 *   h NUMBER KIND SIZE ADDRESS    the same, at ADDRESS if that is free
 *   x ADDRESS SIZE KIND           a mapping at a fixed address
 *   b ADDRESS SIZE                the program break, at ADDRESS unless the policy moves it
 *   u ADDRESS SIZE                its end
 *   f SPOT SIZE                   a part of a mapping is unmapped
 *   o SPOT SIZE KIND              and mapped again
 *   g SPOT OLD NEW NUMBER KIND    mremap: a part becomes the mapping NUMBER of another size
 *   s                             report
 *
 * A report: "sample OPERATION FREE LARGEST FAILURES CONFLICTS SMALLEST HOLES TABLES". SMALLEST is
 * the smallest largest block since the report before it, TABLES how many pages of page tables all
 * that is mapped can need. A failure: "failure OPERATION SIZE FREE LARGEST". All decimal. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "simulation.h"
#include "space/policy.h"

enum { LINE = 256, ARGUMENTS = 6, REPORTED_FAILURES = 1000, POLICY_FILE = 1 << 16 };
/* What every Windows program can handle. */
#define TWO_GIB  ((uintptr_t)1 << 31)
#define FOUR_GIB (TWO_GIB + (TWO_GIB - 1))

struct replay {
    struct simulation simulation;
    uintptr_t *start; /* of each numbered mapping, 0: it failed */
    size_t count;
    bool trimmed;
    size_t operation, failures, conflicts, smallest;
};

/* An operation's numbers, each no larger than the address space has bytes. */
struct operation {
    char what;
    size_t argument[ARGUMENTS];
};

static _Noreturn void refuse(const char *what, const char *which) {
    fprintf(stderr, "replayer: %s: %s\n", what, which);
    exit(2);
}

static size_t number_of(const char *text, char **end) {
    unsigned long long number = strtoull(text, end, 16);
    return number > SIZE_MAX ? SIZE_MAX : (size_t)number;
}

static bool read_operation(struct operation *operation) {
    char line[LINE];
    if (fgets(line, sizeof line, stdin) == NULL)
        return false;
    char *at = line + 1;
    operation->what = line[0];
    for (int i = 0; i < ARGUMENTS; ++i)
        operation->argument[i] = number_of(at, &at);
    return true;
}

static uintptr_t *numbered(struct replay *replay, size_t number) {
    if (number >= replay->count)
        refuse("a mapping has a number beyond what was announced", "n");
    return &replay->start[number];
}

static void report_failure(struct replay *replay, size_t size) {
    if (++replay->failures <= REPORTED_FAILURES)
        printf("failure %zu %zu %zu %zu\n", replay->operation, size, replay->simulation.free,
               simulation_largest(&replay->simulation));
}

/* Kinds that there are only for policies that name them. */
static enum space_kind kind_of(size_t number) {
    enum space_kind kind = (enum space_kind)number;
    return kind == SPACE_GUEST && policy.guest_library[0] == '\0' ? SPACE_ANONYMOUS
           : kind == SPACE_DEVICE && !policy.places_devices       ? SPACE_FILE
                                                                  : kind;
}

static uintptr_t map_as(struct replay *replay, const struct wanted *wanted) {
    uintptr_t got = simulation_map(&replay->simulation, wanted);
    if (got == 0)
        report_failure(replay, wanted->size);
    return got;
}

static uintptr_t map(struct replay *replay, size_t kind, size_t size, size_t align, size_t limit) {
    const struct wanted wanted = {kind_of(kind), size, align, limit, replay->trimmed, false};
    return map_as(replay, &wanted);
}

static void map_hinted(struct replay *replay, const size_t *argument) {
    bool there = simulation_map_at(&replay->simulation, argument[3], argument[2],
                                   (enum space_kind)argument[1]);
    *numbered(replay, argument[0]) =
        there ? argument[3] : map(replay, argument[1], argument[2], 0, 0);
}

static void map_at(struct replay *replay, uintptr_t start, size_t size, size_t kind) {
    replay->conflicts +=
        !simulation_map_at(&replay->simulation, start, size, (enum space_kind)kind);
}

/* The address of a spot, 0: its mapping failed. */
static uintptr_t spot(struct replay *replay, const size_t *argument) {
    uintptr_t start = *numbered(replay, argument[0]);
    return start == 0 ? 0 : start + argument[1];
}

/* In place where that can be, as the kernel does it. */
static uintptr_t resize(struct replay *replay, uintptr_t start, size_t old, size_t new,
                        size_t kind) {
    struct simulation *simulation = &replay->simulation;
    if (new <= old) {
        simulation_unmap(simulation, start + new, old - new);
        return start;
    }
    if (simulation_map_at(simulation, start + old, new - old, (enum space_kind)kind))
        return start;
    const struct wanted moved = {.kind = kind_of(kind), .size = new, .moved = true};
    uintptr_t got = map_as(replay, &moved);
    if (got != 0)
        simulation_unmap(simulation, start, old);
    return got != 0 ? got : start;
}

static void resize_spot(struct replay *replay, const size_t *argument) {
    uintptr_t start = spot(replay, argument);
    *numbered(replay, argument[4]) =
        start == 0 ? map(replay, argument[5], argument[3], 0, 0)
                   : resize(replay, start, argument[2], argument[3], argument[5]);
}

static void announce(struct replay *replay, size_t count) {
    replay->count = count;
    replay->start = calloc(count + 1, sizeof *replay->start);
    if (replay->start == NULL)
        refuse("too many mappings", "n");
}

static void report(struct replay *replay) {
    size_t largest = simulation_largest(&replay->simulation);
    struct simulation_shape shape = simulation_shape(&replay->simulation);
    printf("sample %zu %zu %zu %zu %zu %zu %zu %zu\n", replay->operation, replay->simulation.free,
           largest, replay->failures, replay->conflicts, replay->smallest, shape.holes,
           shape.tables);
    replay->smallest = largest;
}

static void perform(struct replay *replay, const struct operation *operation) {
    const size_t *a = operation->argument;
    uintptr_t at;
    switch (operation->what) {
    case 'n':
        announce(replay, a[0]);
        return;
    case 't':
        replay->trimmed = a[0] != 0;
        return;
    case 's':
        report(replay);
        return;
    case 'm':
        *numbered(replay, a[0]) = map(replay, a[1], a[2], a[3], a[4]);
        break;
    case 'h':
        map_hinted(replay, a);
        break;
    case 'x':
        map_at(replay, a[0], a[1], a[2]);
        break;
    case 'b':
        if (!simulation_break(&replay->simulation, a[0], a[1]))
            report_failure(replay, a[1]);
        break;
    case 'u':
        simulation_unmap(&replay->simulation, a[0], a[1]);
        break;
    case 'f':
        at = spot(replay, a);
        simulation_unmap(&replay->simulation, at, at == 0 ? 0 : a[2]);
        break;
    case 'o':
        at = spot(replay, a);
        if (at != 0)
            map_at(replay, at, a[2], a[3]);
        break;
    case 'g':
        resize_spot(replay, a);
        break;
    default:
        refuse("unknown operation", (const char[]){operation->what, '\0'});
    }
    size_t largest = simulation_largest(&replay->simulation);
    replay->smallest = largest < replay->smallest ? largest : replay->smallest;
    ++replay->operation;
}

static const char *read_policy(const char *path) {
    static char text[POLICY_FILE];
    FILE *file = fopen(path, "r");
    if (file == NULL)
        refuse("cannot read the policy", path);
    size_t size = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[size] = '\0';
    return text;
}

static void choose_policy(const char *how, const char *name, const struct policy_layout *layout) {
    bool builtin = strcmp(how, "builtin") == 0;
    const char *text = builtin ? policy_builtin(name) : read_policy(name);
    if (text == NULL)
        refuse("there is no policy of this name", name);
    if (!policy_parse(&policy, name, text, layout))
        exit(2);
}

int main(int argc, char **argv) {
    static struct replay replay = {.smallest = SIZE_MAX};
    struct operation operation;
    char *end;
    if (argc < 8 || (strcmp(argv[7], "real") != 0 && argc < 9))
        refuse("usage",
               "replayer LOW HIGH STACK KERNEL PROGRAM BREAK real|policy FILE|builtin NAME");
    bool real = strcmp(argv[7], "real") == 0;
    const struct policy_layout layout = {.stack = number_of(argv[3], &end),
                                         .kernel = number_of(argv[4], &end),
                                         .program = number_of(argv[5], &end),
                                         .program_break = number_of(argv[6], &end),
                                         .large = number_of(argv[2], &end) > TWO_GIB,
                                         .wide = number_of(argv[2], &end) > FOUR_GIB};
    if (!real)
        choose_policy(argv[7], argv[8], &layout);
    simulation_start(&replay.simulation, number_of(argv[1], &end), number_of(argv[2], &end),
                     layout.kernel, real);
    while (read_operation(&operation))
        perform(&replay, &operation);
    report(&replay);
    return 0;
}
