/* Tunables that can be seen from inside. */
#include <malloc.h>
#include <stdlib.h>
#include <sys/rseq.h>

#include "check.h"

int main(void) {
    /* Hidden from the compiler, which knows that fresh memory has no contents. */
    void *(*volatile allocate)(size_t) = malloc;
    unsigned char *memory = allocate(100);
    printf("fill %02x %02x\n", memory[60], memory[99]);
    free(memory);
    printf("rseq %u\n", __rseq_size);
    void *large = allocate(200000);
    struct mallinfo2 info = mallinfo2();
    printf("mapped blocks %zu\n", info.hblks);
    free(large);
    return 0;
}
