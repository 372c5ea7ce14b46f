/* Stands in for wine's ntdll.so: the library that the policy calls the guest's. It does what it is told, by calls that
 * come from its own code. The policy finds that code by guest_main, or what the build calls it instead. */
#include "guest.h"

#include <stdlib.h>
#include <sys/mman.h>

void *guest_map(void *address, size_t size, int prot, int flags) {
    void *volatile got = mmap(address, size, prot, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
    return got;
}

int guest_unmap(void *address, size_t size) {
    volatile int result = munmap(address, size);
    return result;
}

void *guest_map_file(int fd, size_t size) {
    void *volatile got = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    return got;
}

const char *guest_environment(const char *name) {
    const char *volatile value = getenv(name);
    return value;
}

int guest_main(void) {
    return 0;
}
