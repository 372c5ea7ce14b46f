/* The kernel's own list of mappings. Knows the two forms it comes in; does not know the tracker. */
#include "space/maps.h"

#include <stddef.h>

#include "space/filter.h"
#include "syscall_numbers.h"
#include "base/system.h"
#include "base/text.h"

/* <linux/fs.h>: struct procmap_query. */
struct procmap_query {
    uint64_t size, query_flags, query_addr;
    uint64_t vma_start, vma_end, vma_flags, vma_page_size, vma_offset, inode;
    uint32_t dev_major, dev_minor, vma_name_size, build_id_size;
    uint64_t vma_name_addr, build_id_addr;
};
enum { COVERING_OR_NEXT = 0x10, VMA_PROT = 7, VMA_SHARED = 8 };
#define PROCMAP_QUERY (0xc0000000UL | sizeof(struct procmap_query) << 16 | 'f' << 8 | 17)

struct reader {
    int fd;
    uintptr_t start, end;
    void (*visit)(void *context, const struct maps_entry *entry);
    void *context;
};

/* False: this kernel does not answer queries. */
static bool query(const struct reader *reader) {
    struct procmap_query asked = {.size = sizeof asked, .query_flags = COVERING_OR_NEXT};
    asked.query_addr = reader->start;
    long result;
    while ((result = system_call(SYS_ioctl, reader->fd, (long)PROCMAP_QUERY, (long)&asked, 0, 0,
                                 0)) == 0 &&
           asked.vma_start < reader->end) {
        struct maps_entry entry = {
            .start = (uintptr_t)asked.vma_start,
            .end = (uintptr_t)asked.vma_end,
            .prot = (int)(asked.vma_flags & VMA_PROT),
            .shared = (asked.vma_flags & VMA_SHARED) != 0,
            .name = asked.inode != 0 ? MAPS_FILE : MAPS_ANONYMOUS,
        };
        reader->visit(reader->context, &entry);
        asked.query_addr = asked.vma_end;
    }
    return result == 0 || result == -E_NOENT;
}

static uint64_t hexadecimal(const char **text) {
    uint64_t number = 0;
    for (;; ++*text) {
        char letter = **text;
        if (letter >= '0' && letter <= '9')
            number = number << 4 | (uint64_t)(letter - '0');
        else if (letter >= 'a' && letter <= 'f')
            number = number << 4 | (uint64_t)(letter - 'a' + 10);
        else
            return number;
    }
}

static enum maps_name name_of(const char *name, bool has_file) {
    return text_starts(name, "[stack")  ? MAPS_STACK
           : text_starts(name, "[heap") ? MAPS_BREAK
           : text_starts(name, "[v")    ? MAPS_KERNEL
           : text_starts(name, "/SYSV") ? MAPS_SEGMENT
           : has_file                   ? MAPS_FILE
                                        : MAPS_ANONYMOUS;
}

static const char *skip_field(const char *text) {
    while (*text != ' ' && *text != '\0')
        ++text;
    while (*text == ' ')
        ++text;
    return text;
}

/* "START-END rwxs OFFSET DEVICE INODE    NAME", perhaps without the end of the name. */
static struct maps_entry parse_line(const char *line) {
    struct maps_entry entry = {0};
    entry.start = (uintptr_t)hexadecimal(&line);
    ++line;
    entry.end = (uintptr_t)hexadecimal(&line);
    ++line;
    entry.prot = (line[0] == 'r' ? 1 : 0) | (line[1] == 'w' ? 2 : 0) | (line[2] == 'x' ? 4 : 0);
    entry.shared = line[3] == 's';
    const char *inode = skip_field(skip_field(skip_field(line)));
    entry.name = name_of(skip_field(inode), *inode != '0');
    return entry;
}

/* Hands out the whole lines of the buffer; returns how many bytes it used. `*inside`: the buffer
 * begins in the middle of a line that was too long and is already done. */
static size_t take_lines(const struct reader *reader, char *buffer, size_t size, size_t capacity,
                         bool *inside) {
    size_t used = 0;
    for (size_t i = 0; i < size; ++i) {
        bool whole = buffer[i] == '\n', cut = used == 0 && i + 1 == capacity;
        if (!whole && !cut)
            continue;
        buffer[i] = '\0';
        struct maps_entry entry = parse_line(buffer + used);
        if (!*inside && entry.end > reader->start && entry.start < reader->end)
            reader->visit(reader->context, &entry);
        *inside = !whole;
        used = i + 1;
    }
    return used;
}

static bool read_text(const struct reader *reader) {
    char buffer[4096];
    size_t kept = 0, all = 0;
    bool inside = false;
    long got;
    while ((got = system_read(reader->fd, buffer + kept, sizeof buffer - kept)) > 0) {
        size_t size = kept + (size_t)got;
        size_t used = take_lines(reader, buffer, size, sizeof buffer, &inside);
        kept = size - used;
        all += used;
        memmove(buffer, buffer + used, kept);
    }
    return got == 0 && all > 0; /* an ended main thread has an empty list */
}

static bool read_list(const char *path, struct reader *reader) {
    reader->fd = system_open(path, OPEN_READ | OPEN_CLOEXEC);
    if (reader->fd < 0)
        return false;
    bool to_the_end = reader->end == UINTPTR_MAX; /* where [vsyscall] is: queries do not know it */
    bool good = (!to_the_end && filter_is_absent() && query(reader)) || read_text(reader);
    system_close(reader->fd);
    return good;
}

bool maps_read(uintptr_t start, uintptr_t end,
               void (*visit)(void *context, const struct maps_entry *entry), void *context) {
    struct reader reader = {-1, start, end, visit, context};
    if (filter_was_installed())
        return false;
    /* The main thread's list is empty when it has ended before the others; but to open another
     * thread's takes the kernel longer. */
    return read_list("/proc/self/maps", &reader) || read_list("/proc/thread-self/maps", &reader);
}
