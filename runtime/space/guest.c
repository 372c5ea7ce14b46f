/* The guest and its library. Knows what a Windows program's file says of itself, and how wine keeps
 * address space for it; does not know how a mapping is made. */
#include "space/guest.h"

#include "base/format.h"
#include "space/break.h"
#include "space/kernel.h"
#include "space/layout.h"
#include "space/listed.h"
#include "space/page.h"
#include "space/policy.h"
#include "base/system.h"
#include "base/text.h"

enum { FILE_TYPE_DEVICE = 0020000 };

struct guest guest;

void guest_set_library(uintptr_t start, uintptr_t end) {
    guest.start = start;
    guest.end = end;
}

/* How wine keeps address space: no access, and no memory promised for it. A program's own
 * reservation is mapped without MAP_NORESERVE. */
static bool keeps_space(const struct call_mapping *wanted) {
    enum { KEPT = MAP_ANONYMOUS | MAP_NORESERVE };
    return wanted->prot == PROT_NONE && (wanted->flags & KEPT) == KEPT;
}

bool guest_is_refused(const struct call_mapping *wanted) {
    if ((wanted->flags & MAP_FIXED_NOREPLACE) == 0 || !keeps_space(wanted))
        return false;
    for (unsigned i = 0; i < policy.zone_count; ++i) {
        const struct policy_zone *zone = &policy.zones[i];
        if (zone->closed && wanted->address < zone->high && wanted->size > 0 &&
            wanted->address + wanted->size - 1 >= zone->low)
            return true;
    }
    return false;
}

enum space_kind guest_kind(const struct call_mapping *wanted) {
    return keeps_space(wanted) ? SPACE_RESERVED : SPACE_GUEST;
}

/* The origin of what was kept for the library, not by it. */
#define KEEPER ((uintptr_t)&guest)
/* The origin of free space that was reserved for one block, until that is there. */
#define ROOM ((uintptr_t)&guest.known)

bool guest_keeps(const struct range *range) {
    return range_kind(range->attributes) == SPACE_RESERVED && range_is_mapped(range->attributes) &&
           (guest_calls(range->origin) || range->origin == KEEPER);
}

void guest_adopt_reservations(struct tracker *tracker) {
    uintptr_t kept = range_attributes(SPACE_ANONYMOUS, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS);
    if (policy.guest_library[0] != '\0')
        tracker_resolve(tracker);
    for (uintptr_t at = 0; policy.guest_library[0] != '\0' && at < TREE_END;) {
        struct range range = tree_find(&tracker->tree, at);
        if ((range.attributes & ~(uintptr_t)RANGE_HEAD) == (kept & ~(uintptr_t)RANGE_HEAD)) {
            uintptr_t attributes =
                range_attributes(SPACE_RESERVED, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS);
            tracker_set(tracker, range.start, range.end, attributes, KEEPER);
        }
        at = range.end;
    }
}

static bool reserve(struct tracker *tracker, uintptr_t start, uintptr_t end, uintptr_t origin) {
    enum { FLAGS = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE };
    while (start < end) {
        struct range range = tree_find(&tracker->tree, start);
        uintptr_t part_end = range.end < end ? range.end : end;
        if (!range_is_mapped(range.attributes)) {
            intptr_t got = kernel_map(start, part_end - start, PROT_NONE, FLAGS, -1, 0);
            if (got != (intptr_t)start) {
                if (!kernel_failed(got))
                    kernel_unmap((uintptr_t)got, part_end - start);
                tracker_refresh(tracker, start, part_end);
                return false;
            }
            tracker_set(tracker, start, part_end,
                        range_attributes(SPACE_RESERVED, PROT_NONE, FLAGS), origin);
        }
        start = part_end;
    }
    return true;
}

bool guest_reserve(struct tracker *tracker, uintptr_t start, uintptr_t end) {
    return reserve(tracker, start, end, KEEPER);
}

bool guest_make_room(struct tracker *tracker, uintptr_t start, uintptr_t end) {
    return reserve(tracker, start, end, ROOM);
}

bool guest_keep_again(struct tracker *tracker, uintptr_t start, uintptr_t end) {
    enum { FLAGS = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE };
    if (start >= end)
        return true;
    if (kernel_map(start, end - start, PROT_NONE, FLAGS | MAP_FIXED, -1, 0) != (intptr_t)start)
        return false;
    tracker_set(tracker, start, end, range_attributes(SPACE_RESERVED, PROT_NONE, FLAGS), KEEPER);
    return true;
}

void guest_leave_room(struct tracker *tracker, uintptr_t start, uintptr_t end) {
    while (start < end) {
        struct range range = tree_find(&tracker->tree, start);
        uintptr_t part_end = range.end < end ? range.end : end;
        if (range.origin == ROOM && kernel_unmap(start, part_end - start) == 0)
            tracker_clear(tracker, start, part_end);
        start = part_end;
    }
}

/* Where the break was to grow the guest may come first, as under the kernel's own placing: then
 * malloc maps. */
static bool is_vacant(const struct range *range) {
    return range_kind(range->attributes) == SPACE_FREE || break_claims(range);
}

bool guest_may_cut(int prot, size_t size) {
    enum { LARGEST_STACK = 512 << 20 };
    return (prot & PROT_WRITE) != 0 && size < LARGEST_STACK;
}

size_t guest_gap(int prot, size_t size) {
    /* wine's stacks: 1 MiB, and as much again for what runs below the program. */
    enum { WANTED_MORE = 64 << 10, SMALLEST_STACK = 2 << 20, LARGE = 16 << 20 };
    size_t least = guest_may_cut(prot, size) ? SMALLEST_STACK : LARGE;
    return size >= least + WANTED_MORE ? WANTED_MORE : 0;
}

/* The lowest room in a zone that wine's library will know of. It takes a block into its list of
 * free ranges by where the block begins: so none may begin outside of what is kept or listed and
 * reach it, and none that may be cut may begin inside and reach what is outside. */
static uintptr_t find_room(struct tracker *tracker, const struct policy_zone *zone,
                           const struct place_request *request, uintptr_t mask, size_t gap) {
    enum { INSIDE = 1, OUTSIDE = 2 };
    uintptr_t low = request->low > zone->low ? request->low : zone->low;
    uintptr_t high = request->high != 0 && request->high < zone->high ? request->high : zone->high;
    uintptr_t start = (low + mask) & ~mask;
    unsigned parts = 0; /* what [start, at) has */
    for (uintptr_t at = start; start < high && high - start >= request->size;) {
        struct range range = tree_find(&tracker->tree, at);
        uintptr_t end = listed_part_end(at, range.end);
        bool kept = guest_keeps(&range), usable = kept || is_vacant(&range);
        bool inside = kept || (at >= listed.low && at < listed.high);
        if (!usable ||
            (inside ? (parts & OUTSIDE) != 0 : (parts & INSIDE) != 0 && request->may_be_cut)) {
            start = ((usable ? at : end + gap) + mask) & ~mask;
            parts = 0;
        }
        at = end;
        if (usable && at > start)
            parts |= inside ? INSIDE : OUTSIDE;
        if (parts != 0 && at - start >= request->size) {
            if (listed_allows(start, request->size, request->may_be_cut))
                return start;
            start = at = (listed.high + mask) & ~mask;
            parts = 0;
        }
    }
    return 0;
}

uintptr_t guest_room(struct tracker *tracker, const struct place_request *request) {
    enum { ATTEMPTS = 16 }; /* each learns of a mapping that was not known */
    const struct policy_rule *rule = policy_rule_for(&policy, request->kind, request->size);
    for (int i = 0; rule != NULL && i < ATTEMPTS; ++i) {
        uintptr_t mask = (rule->align > PAGE ? rule->align : PAGE) - 1, start = 0;
        for (unsigned zone = 0; zone < 2U * rule->zone_count && start == 0; ++zone)
            start = find_room(tracker, &policy.zones[rule->zones[zone % rule->zone_count]], request,
                              mask, zone < rule->zone_count ? request->gap : 0);
        if (start == 0 || reserve(tracker, start, start + request->size, ROOM))
            return start;
        guest_leave_room(tracker, start, start + request->size);
    }
    return 0;
}

/* What the header of a Windows program or library says; all 0: it is neither. */
struct program_file {
    uint16_t machine, characteristics;
};

static struct program_file read_header(int fd) {
    enum { HEADER_POINTER = 0x3c, MACHINE = 4, CHARACTERISTICS = 22 };
    unsigned char dos[64], header[24];
    struct program_file result = {0, 0};
    uint32_t at;
    if (system_pread(fd, dos, sizeof dos, 0) != sizeof dos || memcmp(dos, "MZ", 2) != 0)
        return result;
    memcpy(&at, dos + HEADER_POINTER, sizeof at);
    if (system_pread(fd, header, sizeof header, at) != sizeof header ||
        memcmp(header, "PE\0\0", 4) != 0)
        return result;
    memcpy(&result.machine, header + MACHINE, sizeof result.machine);
    memcpy(&result.characteristics, header + CHARACTERISTICS, sizeof result.characteristics);
    return result;
}

bool guest_saw_file(struct tracker *tracker, const struct call_mapping *wanted) {
    enum { IS_PROGRAM = 0x0002, IS_LARGE_ADDRESS_AWARE = 0x0020, IS_LIBRARY = 0x2000 };
    enum { MACHINE_I386 = 0x14c };
    if (guest.known || !policy.by_program || wanted->fd < 0 || wanted->offset != 0)
        return false;
    struct program_file found = read_header(wanted->fd);
    if ((found.characteristics & (IS_PROGRAM | IS_LIBRARY)) != IS_PROGRAM)
        return false;
    guest.known = true;
    bool large = (found.characteristics & IS_LARGE_ADDRESS_AWARE) != 0;
    /* Without knowing better it is one of the linker's own word size, and not large. */
    bool other = found.machine == MACHINE_I386 && (large || sizeof(uintptr_t) > sizeof(uint32_t));
    if (other)
        layout_program_is_known(tracker, large);
    return other;
}

/* Whether the policy names what is mapped among the devices. The kernel says what it is called. */
static bool is_called_device(int fd) {
    char path[32], name[SYMBOL_NAME];
    if (policy.device_count == 0)
        return false;
    format(path, sizeof path, "/proc/self/fd/%d", fd);
    long length = system_readlink(path, name, sizeof name);
    for (unsigned i = 0; i < policy.device_count; ++i) {
        size_t wanted = strlen(policy.devices[i]);
        if (length >= (long)wanted && memcmp(name, policy.devices[i], wanted) == 0)
            return true;
    }
    return false;
}

bool guest_is_device(int fd) {
    struct file_status status;
    if (!policy.places_devices || fd < 0)
        return false;
    bool device =
        system_status(fd, &status) == 0 && (status.mode & FILE_TYPE_MASK) == FILE_TYPE_DEVICE;
    return device || is_called_device(fd);
}
