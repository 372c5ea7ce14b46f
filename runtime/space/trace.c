/* The recorder. Knows the form of a record and where the next one goes; does not know why a call
 * was made. */
#include "space/trace.h"

#include "base/format.h"
#include "space/kernel.h"
#include "space/page.h"
#include "space/section.h"
#include "space/setting.h"
#include "syscall_numbers.h"
#include "base/system.h"
#include "base/text.h"

enum { WINDOW = 1 << 20, LONGEST = 250 };
enum { TRACE_VERSION = 2 };
enum { FILE_FLAGS = 2 | 0100 | 02000000, FILE_MODE = 0666 }; /* O_RDWR | O_CREAT | O_CLOEXEC */
enum { LOCK_EX_NB = 2 | 4 };
enum { CLOCK_REALTIME = 0, CLOCK_MONOTONIC = 1 };

bool trace_on;

/* Inside the gate only; but a call that is robbed of it may be anywhere in here. */
static int file = -1;
static struct file_status identity;
static unsigned char *window; /* WINDOW bytes of the file */
static size_t used;           /* of the window */
static uint64_t window_offset;
static uint64_t began; /* CLOCK_MONOTONIC, microseconds */
static char policy_used[32];
static const char *policy_text;

static uint64_t microseconds(int clock) {
    long time[2] = {0, 0}; /* struct timespec */
    system_call(SYS_clock_gettime, clock, (long)time, 0, 0, 0, 0);
    return (uint64_t)time[0] * 1000000 + (unsigned long)time[1] / 1000;
}

/* Whether the descriptor is still the trace's: programs close what they did not open. */
static bool is_our_file(void) {
    struct file_status now;
    return system_status(file, &now) == 0 && now.device == identity.device &&
           now.inode == identity.inode;
}

/* Memory for the first window; the later ones are mapped over it. */
static intptr_t map_first(struct tracker *tracker) {
    const struct place_request request = {.kind = SPACE_LINKER, .size = WINDOW};
    const struct place_mapping mapping = {0, WINDOW, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0};
    intptr_t got = place_map(tracker, &request, &mapping);
    if (!kernel_failed(got))
        tracker_set(tracker, (uintptr_t)got, (uintptr_t)got + WINDOW,
                    range_attributes(SPACE_LINKER, PROT_READ | PROT_WRITE, MAP_SHARED), 0);
    return got;
}

/* Maps the next part of the file: in the place of the one before, since a call that was robbed of
 * the gate may be writing there. */
static bool next_window(struct tracker *tracker, uint64_t offset) {
    if (!is_our_file() ||
        system_call(SYS_ftruncate, file, (long)(offset + WINDOW), 0, 0, 0, 0) != 0)
        return false;
    intptr_t got = window == NULL ? map_first(tracker)
                                  : kernel_map((uintptr_t)window, WINDOW, PROT_READ | PROT_WRITE,
                                               MAP_SHARED | MAP_FIXED, file, offset);
    if (kernel_failed(got))
        return false;
    window = (unsigned char *)got;
    window_offset = offset;
    __atomic_store_n(&used, 0, __ATOMIC_SEQ_CST);
    return true;
}

/* A record under construction. */
struct record {
    unsigned char byte[LONGEST + 10];
    unsigned length;
};

static void put(struct record *record, uint64_t number) {
    do {
        unsigned char low = number & 0x7f;
        number >>= 7;
        record->byte[record->length++] = (unsigned char)(low | (number != 0 ? 0x80 : 0));
    } while (number != 0);
}

static void begin(struct record *record, enum trace_op op, intptr_t result) {
    record->length = 2;
    record->byte[1] = (unsigned char)op;
    put(record, microseconds(CLOCK_MONOTONIC) - began);
    put(record, kernel_failed(result) ? (UINT64_C(1) << 32) + (uint64_t)-result
                                      : (uint64_t)(uintptr_t)result >> 12);
}

static void finish(struct tracker *tracker, struct record *record) {
    size_t at = __atomic_fetch_add(&used, record->length, __ATOMIC_SEQ_CST);
    if (at + record->length + 1 > WINDOW) {
        if (!next_window(tracker, window_offset + WINDOW)) {
            trace_on = false;
            return;
        }
        at = __atomic_fetch_add(&used, record->length, __ATOMIC_SEQ_CST);
    }
    record->byte[0] = (unsigned char)record->length;
    memcpy(window + at, record->byte, record->length);
}

/* Whether the caller had the address that it named. */
static bool is_as_asked(const struct call_mapping *wanted, intptr_t result) {
    return (wanted->flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) != 0 ||
           (wanted->address != 0 && page_down(wanted->address) == (uintptr_t)result);
}

/* The line of the rule that chose the address, 0: it was the kernel, or nobody. */
static unsigned chosen_by(const struct place_request *request, intptr_t result) {
    uintptr_t address = (uintptr_t)result;
    const struct policy_rule *rule =
        kernel_failed(result) ? NULL : policy_rule_for(&policy, request->kind, request->size);
    for (unsigned i = 0; rule != NULL && i < rule->zone_count; ++i) {
        const struct policy_zone *zone = &policy.zones[rule->zones[i]];
        if (address >= zone->low && address < zone->high)
            return rule->line;
    }
    return 0;
}

void trace_map(struct tracker *tracker, const struct call_mapping *wanted,
               const struct place_request *request, intptr_t result) {
    struct record record;
    if (tracker == NULL)
        return;
    begin(&record, TRACE_MAP, result);
    put(&record, wanted->address);
    put(&record, wanted->size);
    put(&record, (unsigned)wanted->prot);
    put(&record, (unsigned)wanted->flags);
    put(&record, (uint64_t)((unsigned)wanted->fd + 1));
    put(&record, wanted->offset >> 12);
    put(&record, request->kind);
    put(&record, wanted->caller);
    put(&record, is_as_asked(wanted, result) ? 0 : chosen_by(request, result));
    finish(tracker, &record);
}

void trace_claim(struct tracker *tracker, const struct place_request *request, bool fixed,
                 intptr_t result) {
    struct record record;
    if (tracker == NULL)
        return;
    begin(&record, TRACE_CLAIM, result);
    put(&record, (uintptr_t)result);
    put(&record, request->size);
    put(&record, request->align);
    put(&record, fixed ? 0 : chosen_by(request, result));
    finish(tracker, &record);
}

void trace_remap(struct tracker *tracker, uintptr_t old, size_t old_size, size_t new_size,
                 int flags, uintptr_t address, uintptr_t caller, intptr_t result) {
    struct record record;
    if (tracker == NULL)
        return;
    begin(&record, TRACE_REMAP, result);
    put(&record, old);
    put(&record, old_size);
    put(&record, new_size);
    put(&record, (unsigned)flags);
    put(&record, address);
    put(&record, caller);
    finish(tracker, &record);
}

void trace_range(struct tracker *tracker, enum trace_op op, uintptr_t address, size_t size,
                 uintptr_t extra, intptr_t result) {
    struct record record;
    if (tracker == NULL)
        return;
    begin(&record, op, result);
    put(&record, address);
    put(&record, size);
    put(&record, extra);
    finish(tracker, &record);
}

/* A record that ends with a text. */
static void record_text(struct tracker *tracker, enum trace_op op, uintptr_t address, size_t size,
                        const char *text, size_t length) {
    struct record record;
    begin(&record, op, 0);
    put(&record, address);
    put(&record, size);
    /* Of a long path its end tells more. */
    size_t room = LONGEST - record.length;
    text += length > room ? length - room : 0;
    length = length > room ? room : length;
    memcpy(record.byte + record.length, text, length);
    record.length += (unsigned)length;
    finish(tracker, &record);
}

void trace_name(struct tracker *tracker, uintptr_t address, size_t size, const char *name) {
    record_text(tracker, TRACE_NAME, address, size, name, strlen(name));
}

static void record_rules(struct tracker *tracker) {
    unsigned line = 1;
    for (const char *at = policy_text; *at != '\0'; ++line) {
        const char *end = at;
        while (*end != '\n' && *end != '\0')
            ++end;
        if (text_starts(at, "place "))
            record_text(tracker, TRACE_RULE, line, 0, at, (size_t)(end - at));
        at = *end == '\n' ? end + 1 : end;
    }
}

static void record_seed(struct tracker *tracker) {
    for (uintptr_t address = 0; address < TREE_END;) {
        struct range range = tree_find(&tracker->tree, address);
        if (range_kind(range.attributes) != SPACE_FREE)
            trace_range(tracker, TRACE_SEED, range.start, range.end - range.start, range.attributes,
                        0);
        address = range.end;
    }
}

/* Opens FILE; where that one is in use by a process that is still alive, FILE.PID. */
static bool open_file(const char *name, bool forked) {
    char own[4096];
    long pid = system_call(SYS_getpid, 0, 0, 0, 0, 0, 0);
    if (!forked) {
        file = (int)system_call(SYS_open, (long)name, FILE_FLAGS, FILE_MODE, 0, 0, 0);
        if (file >= 0 && system_call(SYS_flock, file, LOCK_EX_NB, 0, 0, 0, 0) == 0)
            return true;
        system_close(file);
    }
    format(own, sizeof own, "%s.%ld", name, pid);
    file = (int)system_call(SYS_open, (long)own, FILE_FLAGS, FILE_MODE, 0, 0, 0);
    return file >= 0;
}

static void write_header(void) {
    struct trace_header header = {
        .magic = {'W', 'L', 'D', 'T', 'R', 'A', 'C', 'E'},
        .version = TRACE_VERSION,
        .word_size = sizeof(uintptr_t),
        .pid = (uint32_t)system_call(SYS_getpid, 0, 0, 0, 0, 0, 0),
        .started = microseconds(CLOCK_REALTIME),
    };
    memcpy(header.policy, policy_used, sizeof header.policy);
    memcpy(window, &header, sizeof header);
    used = sizeof header;
}

static void begin_trace(struct tracker *tracker, bool forked) {
    const char *name = setting("WINE_LD_TRACE");
    if (name == NULL || *name == '\0')
        return;
    tracker_resolve(tracker);
    began = microseconds(CLOCK_MONOTONIC);
    window = NULL;
    if (!open_file(name, forked) || system_status(file, &identity) != 0 ||
        system_call(SYS_ftruncate, file, 0, 0, 0, 0, 0) != 0 || !next_window(tracker, 0)) {
        print(2, "wine-ld: cannot write the trace %s\n", name);
        return;
    }
    write_header();
    gate_watch_forks(); /* a child must not write to its parent's window */
    trace_on = true;
    record_rules(tracker);
    record_seed(tracker);
}

void trace_init(struct tracker *tracker, const char *policy_name, const char *text) {
    policy_text = text;
    size_t length = strlen(policy_name);
    memcpy(policy_used, policy_name, length < sizeof policy_used ? length : sizeof policy_used - 1);
    begin_trace(tracker, false);
}

void trace_fork(struct tracker *tracker) {
    if (trace_on) {
        trace_on = false;
        kernel_unmap((uintptr_t)window, WINDOW);
        tracker_clear(tracker, (uintptr_t)window, (uintptr_t)window + WINDOW);
        if (is_our_file())
            system_close(file);
        begin_trace(tracker, true);
    }
}
