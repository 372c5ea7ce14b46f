/* The start of the address space. Knows where the kernel put stack, program and linker, and which
 * policy is asked for; does not know how a policy is applied. */
#include "space/layout.h"

#include "auxv.h"
#include "format.h"
#include "options.h"
#include "space/break.h"
#include "space/guest.h"
#include "space/kernel.h"
#include "space/page.h"
#include "space/policy.h"
#include "space/setting.h"
#include "space/trace.h"
#include "syscall_numbers.h"
#include "system.h"
#include "text.h"

enum { GUARD = 1 << 20 };
enum { RLIMIT_STACK = 3 };
enum { POLICY_SIZE = 16 << 10 };
enum { EXIT_USAGE = 127 };
#define ADDR_NO_RANDOMIZE 0x0040000UL
#define READ_IMPLIES_EXEC 0x0400000UL
#define PERSONALITY_QUERY 0xffffffffUL

/* The linker's own image, from the link editor. */
extern const char __ehdr_start[] __attribute__((visibility("hidden")));
extern const char _end[] __attribute__((visibility("hidden")));

static void mark_linker(struct tracker *tracker) {
    uintptr_t end = page_up((uintptr_t)_end);
    for (uintptr_t at = page_down((uintptr_t)__ehdr_start); at < end;) {
        struct range range = tree_find(&tracker->tree, at);
        uintptr_t part_end = range.end < end ? range.end : end;
        if (range_is_mapped(range.attributes))
            tracker_set(tracker, at, part_end,
                        (range.attributes & ~(uintptr_t)RANGE_KIND) | SPACE_LINKER, 0);
        at = part_end;
    }
}

static struct policy_layout read_layout(struct tracker *tracker, bool randomise) {
    struct policy_layout layout = {.randomise = randomise};
    uint64_t limit[2] = {0, 0};
    int here;
    uintptr_t on_stack = process.stack != NULL ? (uintptr_t)process.stack : (uintptr_t)&here;
    struct range stack = tree_find(&tracker->tree, on_stack);
    struct range below = tree_find(&tracker->tree, stack.start - 1);
    layout.stack = stack.start;
    layout.kernel = range_kind(below.attributes) == SPACE_FREE ? below.start : stack.start;
    system_call(SYS_prlimit64, 0, RLIMIT_STACK, 0, (long)limit, 0, 0);
    layout.stack_limit = limit[0] > UINTPTR_MAX / 8 ? 0 : (size_t)limit[0];
    return layout;
}

/* The initial stack grows on demand of the kernel: nothing may be put in its way. */
static void claim_stack_room(struct tracker *tracker, const struct policy_layout *layout) {
    uintptr_t low = policy_stack_room(&policy, layout) - GUARD;
    low = low > layout->kernel ? page_down(low) : layout->kernel;
    if (policy.stack_reserve != 0 && low < layout->stack)
        tracker_set(tracker, low, layout->stack, SPACE_RESERVED | RANGE_HEAD, 0);
}

static const char *file_name(const char *path) {
    const char *slash = path != NULL ? text_find_last(path, '/') : NULL;
    return slash != NULL ? slash + 1 : path != NULL ? path : "";
}

/* wine's loaders; not wineserver, which runs no Windows program. */
static const char *default_policy(void) {
    const char *name = file_name(options.program != NULL ? options.program : process.execfn);
    return text_starts(name, "wine") && !text_starts(name, "wineserver") ? "wine" : "compact";
}

/* The policy as read, for when more is known of the program. */
static struct {
    struct policy_layout layout;
    const char *name, *text;
} source;
static char file_text[POLICY_SIZE];

static bool read_file(const char *path, char *text) {
    int fd = system_open(path, OPEN_READ | OPEN_CLOEXEC);
    long size = fd < 0 ? fd : system_read(fd, text, POLICY_SIZE);
    system_close(fd);
    if (size < 0 || size == POLICY_SIZE) {
        print(2, "wine-ld: %s: %s\n", path,
              size < 0 ? "cannot read this policy" : "policy too long");
        return false;
    }
    text[size] = '\0';
    return true;
}

static const char *read_policy(const struct policy_layout *layout) {
    const char *name = setting("WINE_LD_POLICY");
    name = name != NULL && *name != '\0' ? name : default_policy();
    const char *builtin = policy_builtin(name);
    if (builtin == NULL && text_find(name, '/') == NULL) {
        print(2, "wine-ld: no policy is called \"%s\"; a file needs a / in its name\n", name);
        system_exit(EXIT_USAGE);
    }
    source.layout = *layout;
    source.name = name;
    source.text = builtin != NULL ? builtin : file_text;
    if ((builtin == NULL && !read_file(name, file_text)) ||
        !policy_parse(&policy, name, source.text, layout))
        system_exit(EXIT_USAGE);
    return name;
}

void layout_program_is_large(void) {
    struct policy large;
    source.layout.large = true;
    if (policy_parse(&large, source.name, source.text, &source.layout))
        policy = large;
}

void layout_init(struct tracker *tracker) {
    unsigned long personality =
        (unsigned long)system_call(SYS_personality, (long)PERSONALITY_QUERY, 0, 0, 0, 0, 0);
    const char *aslr = setting("WINE_LD_ASLR");
    bool randomise =
        (personality & ADDR_NO_RANDOMIZE) == 0 && !(aslr != NULL && text_equal(aslr, "0"));
    tracker_read_implies_exec = (personality & READ_IMPLIES_EXEC) != 0;
    mark_linker(tracker);
    struct policy_layout layout = read_layout(tracker, randomise);
    const char *name = read_policy(&layout);
    guest_adopt_reservations(tracker);
    claim_stack_room(tracker, &layout);
    break_init(tracker);
    tracker_reserve_nodes(tracker);
    trace_init(tracker, name, source.text);
}
