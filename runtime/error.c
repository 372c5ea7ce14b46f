/* Errors as values, and ld.so's fatal line. Knows nothing of what failed. */
#include "error.h"

#include <stdarg.h>

#include "auxv.h"
#include "format.h"
#include "heap.h"
#include "system.h"
#include "text.h"

static const char no_memory[] = "out of memory";

bool error_set(struct error *error, int code, const char *object, const char *format, ...) {
    const char *name = object != NULL ? object : "";
    size_t name_size = strlen(name) + 1;
    va_list arguments;
    va_start(arguments, format);
    size_t message_size = format_va(NULL, 0, format, arguments) + 1;
    va_end(arguments);
    char *message = heap_allocate(message_size + name_size);
    if (message == NULL) {
        *error = (struct error){.code = E_NOMEM, .object = "", .message = no_memory};
        return false;
    }
    va_start(arguments, format);
    format_va(message, message_size, format, arguments);
    va_end(arguments);
    const char *copy = memcpy(message + message_size, name, name_size);
    *error = (struct error){.code = code, .object = copy, .message = message, .allocated = true};
    return false;
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
