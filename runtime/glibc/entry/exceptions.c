/* Throwing and catching. Knows both sides on which glibc keeps the catch: libc (then everything is
 * forwarded to libc's functions once it is bound), or the linker. */
#include "glibc/entry/exceptions.h"

#include <stdarg.h>

#include "glibc/entry/dlfcn.h"
#include "base/format.h"
#include "process/heap.h"
#include "object/lookup.h"
#include "glibc/message_memory.h"
#include "base/system.h"
#include "base/text.h"
#include "glibc_layout.h"

typedef void signal_function(int, struct dl_exception *, const char *) __attribute__((noreturn));
typedef int catch_function(struct dl_exception *, void (*)(void *), void *);

/* libc's own, NULL: not bound, or libc has none. */
static signal_function *libc_signal;
static catch_function *libc_catch;

/* A catch of ours: where to jump, and where to put what was thrown. */
struct catch {
    struct dl_exception *exception;
    int code;
    void *jump[5]; /* __builtin_setjmp */
};

static void **catch_slot(void) {
    static void *only; /* there is one thread as long as no thread slot is known */
    return exception_thread_slot != NULL ? exception_thread_slot() : &only;
}

void exceptions_bind(struct object *libc) {
    if (message_memory_bind != NULL)
        message_memory_bind(libc);
    libc_signal = (signal_function *)lookup_address_in(libc, "_dl_signal_exception");
    libc_catch = (catch_function *)lookup_address_in(libc, "_dl_catch_exception");
}

static void set(struct dl_exception *exception, const char *object, const char *message) {
    size_t object_size = strlen(object) + 1, message_size = strlen(message) + 1;
    size_t size = object_size + message_size;
    char *copy = message_memory_take != NULL ? message_memory_take(size) : heap_allocate(size);
    if (copy == NULL) {
        exception->objname = "";
        exception->errstring = "out of memory";
        exception->message_buffer = NULL;
        return;
    }
    memcpy(copy, message, message_size);
    memcpy(copy + message_size, object, object_size);
    exception->errstring = exception->message_buffer = copy;
    exception->objname = copy + message_size;
}

void _dl_exception_create(struct dl_exception *exception, const char *object, const char *message) {
    set(exception, object != NULL ? object : "", message);
}

void _dl_exception_create_format(struct dl_exception *exception, const char *object,
                                 const char *format, ...) {
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    format_va(text, sizeof text, format, arguments);
    va_end(arguments);
    set(exception, object != NULL ? object : "", text);
}

void _dl_exception_free(struct dl_exception *exception) {
    if (message_memory_give != NULL)
        message_memory_give(exception->message_buffer);
    else
        heap_free(exception->message_buffer);
    memset(exception, 0, sizeof *exception);
}

/* The message of a failed allocation is a constant, and never comes here: libc is told by
 * message_buffer what it may give back. */
void exception_free_message(void *message) {
    heap_free(message);
}

static _Noreturn void fatal(int code, const struct dl_exception *exception, const char *occasion) {
    const struct error error = {
        .code = code,
        .object = exception->objname,
        .message = exception->errstring,
    };
    if (occasion == NULL)
        error_fatal(&error);
    error_fatal_occasion(&error, occasion);
}

void _dl_signal_exception(int code, struct dl_exception *exception, const char *occasion) {
    if (libc_signal != NULL)
        libc_signal(code, exception, occasion);
    struct catch *innermost = *catch_slot();
    if (innermost == NULL)
        fatal(code, exception, occasion);
    *innermost->exception = *exception;
    innermost->code = code;
    __builtin_longjmp(innermost->jump, 1);
}

void _dl_signal_error(int code, const char *object, const char *occasion, const char *message) {
    struct dl_exception exception;
    _dl_exception_create(&exception, object, message != NULL ? message : "unknown error");
    _dl_signal_exception(code, &exception, occasion);
}

/* Not inlined: __builtin_setjmp needs a frame that stays as it is. */
static __attribute__((noinline)) int catch_here(struct catch *catch, void (*operate)(void *),
                                                void *argument) {
    if (__builtin_setjmp(catch->jump) != 0)
        return catch->code;
    operate(argument);
    memset(catch->exception, 0, sizeof *catch->exception);
    return 0;
}

/* Not inlined: who forwards to libc needs no room for this. */
static __attribute__((noinline)) int catch (struct dl_exception *exception, void (*operate)(void *),
                                            void *argument) {
    struct catch catch = {.exception = exception};
    void **slot = catch_slot();
    void *outer = *slot;
    int code = 0;
    *slot = exception != NULL ? &catch : NULL;
    if (exception != NULL)
        code = catch_here(&catch, operate, argument);
    else
        operate(argument);
    *slot = outer;
    return code;
}

int _dl_catch_exception(struct dl_exception *exception, void (*operate)(void *), void *argument) {
    catch_function *function = libc_catch != NULL ? libc_catch : catch;
    return function(exception, operate, argument);
}

int _dl_catch_error(const char **object, const char **message, bool *allocated,
                    void (*operate)(void *), void *argument) {
    struct dl_exception exception;
    int code = _dl_catch_exception(&exception, operate, argument);
    *object = exception.objname;
    *message = exception.errstring;
    *allocated = exception.message_buffer == exception.errstring;
    return code;
}

/* The block of an error is laid out as the one of a message. */
static void hand_over(struct dl_exception *exception, struct error *error) {
    if (message_memory_take != NULL) {
        set(exception, error->object, error->message);
        error_clear(error);
        return;
    }
    exception->objname = (void *)(uintptr_t)error->object;
    exception->errstring = (void *)(uintptr_t)error->message;
    exception->message_buffer = error->allocated ? exception->errstring : NULL;
    *error = (struct error){0};
}

void exception_throw(struct error *error) {
    struct dl_exception exception;
    int code = error->code;
    hand_over(&exception, error);
    _dl_signal_exception(code, &exception, NULL);
}

void _dl_fatal_printf(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    print_va(2, format, arguments);
    va_end(arguments);
    system_exit(127);
}
