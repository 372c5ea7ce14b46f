/* The memory of error messages where libc itself frees them (optional/; NULL: this glibc gives them
 * back to the linker, whose heap they are in). */
#ifndef WINE_LD_GLIBC_MESSAGE_MEMORY_H
#define WINE_LD_GLIBC_MESSAGE_MEMORY_H

#include <stddef.h>

struct object;

/* From now on messages are memory of the malloc that `libc`'s global scope has. */
__attribute__((weak, visibility("hidden"))) void message_memory_bind(struct object *libc);

/* NULL: out of memory, or libc is not bound yet. */
__attribute__((weak, visibility("hidden"))) void *message_memory_take(size_t size);
__attribute__((weak, visibility("hidden"))) void message_memory_give(void *memory);

#endif
