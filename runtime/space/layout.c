/* The start of the address space. Knows which policy is asked for and what it wants to know of the
 * process; does not know how a policy is applied. */
#include "space/layout.h"

#include "base/auxv.h"
#include "base/format.h"
#include "process/options.h"
#include "space/break.h"
#include "space/guest.h"
#include "space/inherited.h"
#include "space/kernel.h"
#include "space/page.h"
#include "space/policy.h"
#include "space/setting.h"
#include "space/trace.h"
#include "syscall_numbers.h"
#include "base/system.h"
#include "base/text.h"

enum { GUARD = 1 << 20 };
enum { RLIMIT_STACK = 3 };
enum { POLICY_SIZE = 16 << 10 };
enum { EXIT_USAGE = 127 };

/* The policy as read, for when more is known of the program. */
static struct {
    struct policy_layout layout;
    const char *name, *text;
} source;

/* From here on up to the stack it may grow. */
static uintptr_t stack_room;
/* The origin of what is claimed for that. */
#define STACK_ROOM ((uintptr_t)&stack_room)

/* What the policy is asked for is not asked of the kernel before: see inherited.c. When the kernel
 * does not answer, all that it leaves below the stack is the stack's. */
static size_t stack_limit(void) {
    size_t limit[2] = {0, 0};
    if (system_call(SYS_getrlimit, RLIMIT_STACK, (long)limit, 0, 0, 0, 0) != 0)
        return source.layout.stack - source.layout.kernel;
    return limit[0] >= source.layout.stack ? 0 : limit[0];
}

/* Whether anything is placed where the kernel leaves room for the stack to grow. */
static bool policy_reaches_stack(const struct policy_layout *layout) {
    bool reaches = false;
    for (unsigned i = 0; i < policy.zone_count; ++i)
        reaches |= policy.zones[i].high > layout->kernel;
    return reaches;
}

/* The initial stack grows on demand of the kernel: nothing may be put in its way. How far it may
 * grow is asked only where that matters. */
static void claim_stack_room(struct tracker *tracker, const struct policy_layout *layout) {
    uintptr_t low = layout->kernel;
    if (policy_reaches_stack(layout)) {
        uintptr_t room = page_down(policy_stack_room(&policy, layout) - GUARD);
        low = room > low ? room : low;
    }
    if (policy.stack_reserve != 0 && low < layout->stack)
        tracker_set(tracker, low, layout->stack, SPACE_RESERVED | RANGE_HEAD, STACK_ROOM);
    stack_room = low;
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
    if (strlen(text) == (size_t)size)
        return true;
    print(2, "wine-ld: %s: not a text: it has a NUL\n", path);
    return false;
}

/* Memory for a file's text, which few processes have. */
static char *text_room(struct tracker *tracker) {
    const int protection = PROT_READ | PROT_WRITE, flags = MAP_PRIVATE | MAP_ANONYMOUS;
    intptr_t room = kernel_map(0, POLICY_SIZE, protection, flags, -1, 0);
    if (kernel_failed(room)) {
        print(2, "wine-ld: no memory for a policy\n");
        system_exit(EXIT_USAGE);
    }
    tracker_set(tracker, (uintptr_t)room, (uintptr_t)room + POLICY_SIZE,
                range_attributes(SPACE_LINKER, protection, flags), 0);
    return (char *)room;
}

static const char *read_policy(struct tracker *tracker, const struct policy_layout *layout) {
    const char *name = setting("WINE_LD_POLICY");
    name = name != NULL && *name != '\0' ? name : default_policy();
    const char *builtin = policy_builtin(name);
    if (builtin == NULL && text_find(name, '/') == NULL) {
        print(2, "wine-ld: no policy is called \"%s\"; a file needs a / in its name\n", name);
        system_exit(EXIT_USAGE);
    }
    source.layout = *layout;
    source.name = name;
    char *text = builtin == NULL ? text_room(tracker) : NULL;
    source.text = builtin != NULL ? builtin : text;
    if ((builtin == NULL && !read_file(name, text)) ||
        !policy_parse(&policy, name, source.text, layout))
        system_exit(EXIT_USAGE);
    return name;
}

/* Where the stack could grow the guest's library has taken all, and gives it to a program that may
 * have what lies above the stack, too. */
static void leave_stack_room(struct tracker *tracker) {
    uintptr_t end = source.layout.stack;
    bool reaches = false;
    for (unsigned i = 0; i < policy.zone_count; ++i)
        reaches |= policy.zones[i].high > end;
    if (!reaches)
        return;
    for (uintptr_t at = stack_room; at < end;) {
        struct range range = tree_find(&tracker->tree, at);
        uintptr_t part_end = range.end < end ? range.end : end;
        if (range.origin == STACK_ROOM && range_is_claim(range.attributes))
            tracker_clear(tracker, at, part_end);
        at = part_end;
    }
    tracker->grows = true;
}

void layout_program_is_known(struct tracker *tracker, bool large) {
    struct policy anew;
    source.layout.large = large;
    source.layout.wide = false;
    if (!policy_parse(&anew, source.name, source.text, &source.layout))
        return;
    policy = anew;
    leave_stack_room(tracker);
}

void layout_program_lies_at(uintptr_t address) {
    struct policy anew;
    uintptr_t known = source.layout.program;
    if (!policy.beside_program || (known != 0 && address >= known))
        return;
    source.layout.program = address;
    if (policy_parse(&anew, source.name, source.text, &source.layout))
        policy = anew;
}

/* WINE_LD_ASLR: 0 takes the randomness away; 1, nothing and no such variable leave the kernel's
 * decision. */
static bool may_randomise(void) {
    const char *aslr = setting("WINE_LD_ASLR");
    if (aslr == NULL || *aslr == '\0' || text_equal(aslr, "1"))
        return true;
    if (text_equal(aslr, "0"))
        return false;
    print(2, "wine-ld: WINE_LD_ASLR is 0 or 1, not \"%s\"\n", aslr);
    system_exit(EXIT_USAGE);
}

void layout_init(struct tracker *tracker) {
    struct inherited inherited = inherited_record(tracker);
    const struct policy_layout layout = {
        .stack = inherited.stack,
        .kernel = inherited.below,
        .program = inherited.program,
        .program_break = break_find(),
        .stack_limit = stack_limit,
        .wide = sizeof(uintptr_t) > sizeof(uint32_t),
        .randomise = inherited.randomised && may_randomise(),
    };
    const char *name = read_policy(tracker, &layout);
    guest_adopt_reservations(tracker);
    claim_stack_room(tracker, &layout);
    break_init(tracker);
    tracker_reserve_nodes(tracker);
    trace_init(tracker, name, source.text);
}
