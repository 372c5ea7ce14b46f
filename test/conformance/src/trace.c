#define _GNU_SOURCE
#include "trace.h"

#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#define LINE_SIZE 2048

/** What crtbegin.o has in a real library: registrations with it end when the library is finished.
 */
__attribute__((visibility("hidden"))) void *__dso_handle = &__dso_handle;
extern void __cxa_finalize(void *handle);

__attribute__((destructor)) static void finalize(void) {
    __cxa_finalize(&__dso_handle);
}

void say(const char *first, ...) {
    char line[LINE_SIZE];
    size_t used = 0;
    va_list texts;
    va_start(texts, first);
    for (const char *text = first; text != NULL; text = va_arg(texts, const char *)) {
        size_t length = strlen(text);
        if (length > sizeof(line) - 1 - used)
            length = sizeof(line) - 1 - used;
        memcpy(line + used, text, length);
        used += length;
    }
    va_end(texts);
    line[used++] = '\n';
    if (write(STDOUT_FILENO, line, used) != (ssize_t)used)
        _exit(99);
}

const char *identity(const char *name, const void *address) {
    return dlsym(RTLD_DEFAULT, name) == address ? "same" : "other";
}

const char *alignment_of(const void *address, uintptr_t alignment) {
    return (uintptr_t)address % alignment == 0 ? "aligned" : "misaligned";
}
