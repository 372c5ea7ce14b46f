/* Errors that cross from the linker into libc.so.6: glibc throws a struct dl_exception by longjmp
 * to the innermost catch. Nothing else in the linker throws: errors are values (error.h) up to
 * glibc/entry/dlfcn. */
#ifndef WINE_LD_GLIBC_EXCEPTIONS_H
#define WINE_LD_GLIBC_EXCEPTIONS_H

#include <stdbool.h>

#include "arch.h"
#include "process/error.h"
#include "glibc_layout.h"
#include "object/object.h"

/* Finds libc's own throwing and catching functions: where it has them (before glibc 2.37) the place
 * to jump to is a thread variable of libc, and only they can use it. */
void exceptions_bind(struct object *libc);

/* Throws `error` and clears it. The caller holds no lock and no memory. */
_Noreturn void exception_throw(struct error *error);

/* What GLRO(dl_error_free) points to. */
void exception_free_message(void *message);

/* What libc.so.6 imports (GLIBC_PRIVATE). A message is one block of the linker's heap that begins
 * with the text and goes on with the object's name. */
EXPORT void _dl_exception_create(struct dl_exception *exception, const char *object,
                                 const char *message);
EXPORT void _dl_exception_create_format(struct dl_exception *exception, const char *object,
                                        const char *format, ...)
    __attribute__((format(printf, 3, 4)));
EXPORT void _dl_exception_free(struct dl_exception *exception);
EXPORT _Noreturn void _dl_signal_exception(int code, struct dl_exception *exception,
                                           const char *occasion);
EXPORT _Noreturn void _dl_signal_error(int code, const char *object, const char *occasion,
                                       const char *message);
/* Returns 0 and an empty exception, or the code that was thrown. `exception` NULL: what is thrown
 * inside ends the program. */
EXPORT int _dl_catch_exception(struct dl_exception *exception, void (*operate)(void *),
                               void *argument);
EXPORT int _dl_catch_error(const char **object, const char **message, bool *allocated,
                           void (*operate)(void *), void *argument);
EXPORT _Noreturn void _dl_fatal_printf(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* Where a thread's innermost catch is kept, when this glibc reserves room for it in struct pthread;
 * NULL: it does not (optional/). */
__attribute__((weak, visibility("hidden"))) void **exception_thread_slot(void);

#endif
