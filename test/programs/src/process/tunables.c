/* Tunables that can be seen from inside. */
#include <malloc.h>
#include <stdlib.h>
#if __has_include(<sys/rseq.h>)
#include <sys/rseq.h>
#endif

#include "check.h"

int main(void) {
    /* Hidden from the compiler, which knows that fresh memory has no contents. */
    void *(*volatile allocate)(size_t) = malloc;
    unsigned char *memory = allocate(100);
    printf("fill %02x %02x\n", memory[60], memory[99]);
    free(memory);
#if __has_include(<sys/rseq.h>)
    printf("rseq %u\n", __rseq_size);
#endif
    void *large = allocate(200000);
#if __GLIBC_PREREQ(2, 33)
    struct mallinfo2 info = mallinfo2();
#else
    struct mallinfo info = mallinfo();
#endif
    printf("mapped blocks %zu\n", (size_t)info.hblks);
    free(large);
    return 0;
}
