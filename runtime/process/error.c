/* Errors as values, and ld.so's fatal line. Knows nothing of what failed. */
#include "process/error.h"

#include <stdarg.h>

#include "base/auxv.h"
#include "base/format.h"
#include "process/heap.h"
#include "base/system.h"
#include "base/text.h"

static const char no_memory[] = "out of memory";

enum { USUAL_SIZE = 128 }; /* holds most messages with their object */

/* A block of `size` bytes that begins with the message, as far as there is room; NULL: no memory.
 * *length is the whole message's. */
static char *compose(size_t size, size_t *length, const char *format, va_list arguments) {
    char *message = heap_allocate(size);
    va_list copy;
    va_copy(copy, arguments);
    if (message != NULL)
        *length = format_va(message, size, format, copy);
    va_end(copy);
    return message;
}

/* Takes over a block that begins with a message, or says that there was none. */
static bool fill(struct error *error, int code, char *message, size_t length, const char *name,
                 size_t name_size) {
    if (message == NULL) {
        *error = (struct error){.code = E_NOMEM, .object = "", .message = no_memory};
        return false;
    }
    const char *copy = memcpy(message + length + 1, name, name_size);
    *error = (struct error){.code = code, .object = copy, .message = message, .allocated = true};
    return false;
}

enum { PARTS_MOST = 4 };

bool error_join(struct error *error, int code, const char *object, const char *const *parts) {
    size_t lengths[PARTS_MOST], count = 0, length = 0, name_size = strlen(object) + 1;
    for (; count < PARTS_MOST && parts[count] != NULL; ++count)
        length += lengths[count] = strlen(parts[count]);
    char *message = heap_allocate(length + 1 + name_size), *end = message;
    for (size_t i = 0; message != NULL && i < count; end += lengths[i++])
        memcpy(end, parts[i], lengths[i]);
    if (message != NULL)
        *end = '\0';
    return fill(error, code, message, length, object, name_size);
}

bool error_set(struct error *error, int code, const char *object, const char *format, ...) {
    const char *name = object != NULL ? object : "";
    size_t length = 0, name_size = strlen(name) + 1;
    va_list arguments;
    va_start(arguments, format);
    char *message = compose(USUAL_SIZE, &length, format, arguments);
    if (message != NULL && length + 1 + name_size > USUAL_SIZE) {
        heap_free(message);
        message = compose(length + 1 + name_size, &length, format, arguments);
    }
    va_end(arguments);
    return fill(error, code, message, length, name, name_size);
}

void error_clear(struct error *error) {
    if (error->allocated)
        heap_free((void *)(uintptr_t)error->message);
    *error = (struct error){0};
}

const char *error_string(int code, char *buffer, unsigned long size) {
    switch (code) {
    case E_NOMEM:
        return "Cannot allocate memory";
    case E_INVAL:
        return "Invalid argument";
    case E_NOENT:
        return "No such file or directory";
    case E_PERM:
        return "Operation not permitted";
    case E_IO:
        return "Input/output error";
    case E_ACCES:
        return "Permission denied";
    default:
        format(buffer, size, "Error %d", code);
        return buffer;
    }
}

void error_fatal_occasion(const struct error *error, const char *occasion) {
    char buffer[64];
    bool named = error->object != NULL && error->object[0] != '\0';
    print(2, "%s: %s: %s%s%s%s%s\n", process.name, occasion, named ? error->object : "",
          named ? ": " : "", error->message, error->code != 0 ? ": " : "",
          error->code != 0 ? error_string(error->code, buffer, sizeof buffer) : "");
    system_exit(127);
}

void error_fatal(const struct error *error) {
    error_fatal_occasion(error, "error while loading shared libraries");
}
