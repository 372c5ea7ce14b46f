/* A further C library, in a namespace of its own, comes and goes: what the first one has of the
 * address space stays right. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../check.h"

extern void *__curbrk;

enum { ROUNDS = 4, STEP = 4096, WAYS_TO_FAIL = 8 };

/* The break moves, by the program and by malloc, and libc's copy of it with it. */
static void move_break(void) {
    char *before = sbrk(0);
    CHECK(sbrk(STEP) == before);
    CHECK(__curbrk == before + STEP);
    CHECK(sbrk(-STEP) == before + STEP);
    void *blocks[ROUNDS];
    for (int i = 0; i < ROUNDS; i++)
        blocks[i] = malloc(100 * 1024);
    for (int i = 0; i < ROUNDS; i++) {
        CHECK(blocks[i] != NULL);
        free(blocks[i]);
    }
    void *more = mmap(NULL, STEP, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(more != MAP_FAILED && munmap(more, STEP) == 0);
}

int fails(int how);

/* A call sets the errno of the C library that its caller is bound to, and no other. */
static void fail(int (*further)(int how)) {
    for (int how = 0; how < WAYS_TO_FAIL; how++) {
        int code = fails(how);
        CHECK(code > 0);
        errno = 0;
        CHECK(further == NULL || further(how) == code);
        CHECK(errno == 0);
    }
}

int main(int argc, char **argv) {
    move_break();
    fail(NULL);
    for (int i = 0; i < ROUNDS; i++) {
        void *library = dlmopen(LM_ID_NEWLM, argv[argc - 1], RTLD_NOW);
        if (!CHECK(library != NULL))
            return check_status();
        move_break();
        fail((int (*)(int))dlsym(library, "fails"));
        CHECK(dlclose(library) == 0);
        move_break();
        fail(NULL);
    }
    CHECK(sbrk(-(1 << 29)) == __curbrk); /* below its start: libc takes that for done */
    move_break();
    return check_status();
}
