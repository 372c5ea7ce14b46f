/* What guest_library.c offers. */
#include <stddef.h>

/* mmap, mmap of a file, munmap and getenv from the library's own code; mmap with MAP_PRIVATE | MAP_ANONYMOUS. */
void *guest_map(void *address, size_t size, int prot, int flags);
void *guest_map_file(int fd, size_t size);
int guest_unmap(void *address, size_t size);
const char *guest_environment(const char *name);
