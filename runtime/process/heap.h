/* The linker's own memory. Never the program's malloc: a program may replace that, and may be
 * inside it when it calls us. Thread-safe and async-signal-safe: it takes no lock. */
#ifndef WINE_LD_HEAP_H
#define WINE_LD_HEAP_H

#include <stdbool.h>
#include <stddef.h>

/* Memory of `size` bytes aligned to 16 (or `align`, a power of two), zeroed; NULL when there is
 * none. */
void *heap_allocate(size_t size);
void *heap_allocate_aligned(size_t size, size_t align);
/* Grows or shrinks, keeping the contents; the new part is not zeroed. NULL: no memory, old one
 * intact. */
void *heap_resize(void *memory, size_t size);
/* Frees; NULL is allowed. */
void heap_free(void *memory);
/* A copy of a string, or of `size` bytes. */
char *heap_copy_text(const char *text);
void *heap_copy(const void *memory, size_t size);

#endif
