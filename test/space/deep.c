/* Uses the heap, then a stack of as many MiB as the first argument says; with a second one it first raises its
 * own limit to so many, with a third it maps so many before that. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>

enum { BLOCK = 1 << 20, BLOCKS = 50 };

static long deep(int depth) {
    volatile char block[BLOCK];
    block[0] = block[BLOCK - 1] = (char)depth; /* two pages of it */
    return depth != 0 ? deep(depth - 1) + block[0] : block[BLOCK - 1];
}

int main(int argc, char **argv) {
    char *blocks[BLOCKS];
    struct rlimit limit;
    getrlimit(RLIMIT_STACK, &limit);
    for (int i = argc > 3 ? atoi(argv[3]) : 0; i > 0; --i) {
        mmap(NULL, BLOCK, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    }
    limit.rlim_cur = argc > 2 ? (rlim_t)atoi(argv[2]) * BLOCK : limit.rlim_cur;
    setrlimit(RLIMIT_STACK, &limit);
    for (int i = 0; i < BLOCKS; ++i) {
        blocks[i] = malloc(BLOCK);
    }
    printf("%ld\n", deep(argc > 1 ? atoi(argv[1]) : 1));
    return blocks[BLOCKS - 1] == NULL;
}
