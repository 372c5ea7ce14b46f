/**
 * What every library and program of a conformance case is linked with, statically: the trace and
 * the steps. So no object stands in a case's graph beyond its own, and dlsym(RTLD_NEXT) is asked by
 * the object that has the step.
 */
#ifndef CONFORMANCE_TRACE_H
#define CONFORMANCE_TRACE_H

#include <dlfcn.h>
#include <stdint.h>

/** Writes texts, up to a null pointer, as one line of the trace: one write(2), which no buffer
 * delays. */
void say(const char *first, ...) __attribute__((visibility("hidden"), sentinel));

/** Performs the steps of a text (docs/conformance.md) and traces what each one did. */
void run_steps(const char *steps) __attribute__((visibility("hidden")));

/** "same" if dlsym finds `address` for `name` in the caller's own search order, else "other". */
const char *identity(const char *name, const void *address) __attribute__((visibility("hidden")));

/** "aligned" or "misaligned". */
const char *alignment_of(const void *address, uintptr_t alignment)
    __attribute__((visibility("hidden")));

typedef const char *function_type(void);

/** A text that a symbol of a case is: what it says of itself. */
#define TEXT_SIZE 32

/** The default visibility of a symbol, said where the compiler would be free to choose. */
#define SHOWN       __attribute__((visibility("default")))
#define NOT_INLINED __attribute__((noipa))

#endif
