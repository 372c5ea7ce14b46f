/* What driver_library.c offers. */
#include <stddef.h>

/* mmap of a shared object from the library's own code. */
void *driver_map(int fd, size_t size);
