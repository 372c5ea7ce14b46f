/* Maps memory itself: a debugger stops in mmap, called by main. */
#include <stddef.h>
#include <sys/mman.h>

int main(void) {
    void *mapped = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return mapped == MAP_FAILED || munmap(mapped, 4096) != 0;
}
