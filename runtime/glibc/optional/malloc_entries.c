/* Until glibc 2.33 ld.so offers a malloc of its own, for libraries that ask before libc is bound.
 */
#include "arch.h"
#include "process/heap.h"

EXPORT void *malloc(size_t size);
EXPORT void *calloc(size_t count, size_t size);
EXPORT void *realloc(void *memory, size_t size);
EXPORT void free(void *memory);

void *malloc(size_t size) {
    return heap_allocate(size);
}

void *calloc(size_t count, size_t size) {
    size_t bytes;
    return __builtin_mul_overflow(count, size, &bytes) ? NULL : heap_allocate(bytes);
}

void *realloc(void *memory, size_t size) {
    return heap_resize(memory, size);
}

void free(void *memory) {
    heap_free(memory);
}
