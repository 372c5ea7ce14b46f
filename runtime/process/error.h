/* Errors as values. A function that can fail takes a `struct error *` and returns false (or NULL)
 * after filling it. What becomes of it (a fatal line and exit 127, a dlerror text) is the caller's.
 */
#ifndef WINE_LD_ERROR_H
#define WINE_LD_ERROR_H

#include <stdbool.h>

/* The three parts of ld.so's message "OBJECT: MESSAGE: STRERROR". */
struct error {
    int code;            /* errno value, 0: none */
    const char *object;  /* file or symbol the message is about; "" when there is none */
    const char *message; /* what went wrong */
    bool allocated;      /* both are one block of the heap that begins with the message */
};

/* Fills `error` with copies of `object` and of the formatted message (format.h's conversions).
 * Returns false, so that `return error_set(...)` reads well. Never fails: without memory the
 * message becomes the constant "out of memory". */
bool error_set(struct error *error, int code, const char *object, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The same with a message that is put together from `parts`, four at most, which NULL ends: for
 * what a program may ask again and again, as whether a symbol is there. */
bool error_join(struct error *error, int code, const char *object, const char *const *parts);

/* Frees what error_set or error_join allocated. */
void error_clear(struct error *error);

/* Ends the program in ld.so's words: "PROGRAM: error while loading shared libraries: OBJECT:
 * MESSAGE: STRERROR", exit status 127. */
_Noreturn void error_fatal(const struct error *error);

/* The same with another occasion, as ld.so has "symbol lookup error" and "relocation error". */
_Noreturn void error_fatal_occasion(const struct error *error, const char *occasion);

/* ld.so's own strerror: the few codes it names, "Error N" for others. */
const char *error_string(int code, char *buffer, unsigned long size);

#endif
