/* LD_DEBUG's output. The words and what they stand for are options'; the r_debug record is
 * glibc/mirror/r_debug. */
#include "process/debug.h"

#include <stdarg.h>

#include "base/auxv.h"
#include "base/format.h"
#include "process/heap.h"
#include "syscall_numbers.h"
#include "base/system.h"
#include "base/text.h"

const char *debug_name(const struct object *object) {
    return object->name[0] != '\0'   ? object->name
           : process.argv[0] != NULL ? process.argv[0]
                                     : "<main program>";
}

/* Copies `text` to `line` with the prefix at the start of each line; returns the length. With
 * `line` NULL only counts. */
static size_t prefix_lines(char *line, const char *text, const char *prefix, size_t prefix_length) {
    size_t length = 0;
    for (bool at_start = true; *text != '\0'; ++text) {
        if (at_start && line != NULL)
            memcpy(line + length, prefix, prefix_length);
        length += at_start ? prefix_length : 0;
        if (line != NULL)
            line[length] = *text;
        ++length;
        at_start = *text == '\n';
    }
    return length;
}

/* One write for the whole message, so that those of several threads do not mix. */
void debug_print(const char *message, ...) {
    char prefix[24];
    long pid = system_call(SYS_getpid, 0, 0, 0, 0, 0, 0);
    size_t prefix_length = format(prefix, sizeof prefix, "%10ld:\t", pid);
    va_list arguments;
    va_start(arguments, message);
    size_t length = format_va(NULL, 0, message, arguments);
    va_end(arguments);
    char *text = heap_allocate(length + 1);
    if (text == NULL)
        return;
    va_start(arguments, message);
    format_va(text, length + 1, message, arguments);
    va_end(arguments);
    size_t whole = prefix_lines(NULL, text, prefix, prefix_length);
    char *lines = heap_allocate(whole);
    if (lines != NULL) {
        prefix_lines(lines, text, prefix, prefix_length);
        system_write(options.debug_fd, lines, whole);
    }
    heap_free(lines);
    heap_free(text);
}
