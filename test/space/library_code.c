/* Uses all that libc maps and unmaps for itself, then says what it looks like to the program; with the word
 * "code" also how libc's code lies in memory.
 *
 * Usage: library_code [code | wait]: the latter goes on until standard input ends. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BLOCK = 1 << 20, PAGE = 4096 };

static void *thread(void *argument) {
    char *volatile block = malloc(BLOCK);
    memset(block, 1, BLOCK);
    free(block);
    return argument;
}

static unsigned long bad;

static void expect(int good, const char *what) {
    if (!good) {
        printf("wrong: %s\n", what);
        ++bad;
    }
}

static void use_memory(void) {
    char *block = malloc(BLOCK);
    memset(block, 2, BLOCK);
    block = realloc(block, 3 * BLOCK); /* mremap */
    expect(block != NULL && block[BLOCK - 1] == 2, "realloc keeps the bytes");
    free(block);
    char *mine = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    expect(mine != MAP_FAILED && mprotect(mine, PAGE, PROT_READ) == 0, "mmap and mprotect");
    expect(munmap(mine, 2 * PAGE) == 0, "munmap");
    FILE *file = fopen("/proc/self/stat", "re");
    expect(file != NULL && fgetc(file) != EOF, "a stream");
    fclose(file);
}

static void use_break(void) {
    char *before = sbrk(0);
    expect(sbrk(3 * PAGE) == before && sbrk(0) == before + 3 * PAGE, "sbrk grows");
    memset(before, 3, 3 * PAGE);
    char *volatile small = malloc(100);
    expect(small != NULL, "malloc above the break that moved");
    expect(brk((char *)sbrk(0) + PAGE) == 0, "brk grows");
    free(small);
}

static void use_threads(void) {
    for (int i = 0; i < 8; ++i) {
        pthread_t id;
        if (pthread_create(&id, NULL, thread, NULL) == 0) {
            expect(pthread_join(id, NULL) == 0, "pthread_join");
        }
    }
    pid_t child = fork();
    if (child == 0) {
        use_memory();
        _exit(bad != 0);
    }
    int status = -1;
    expect(waitpid(child, &status, 0) == child && status == 0, "a child");
}

/* How many pages of libc's code differ from the file, and how many mappings it is; any that can be written to. */
static void show_code(void) {
    char line[4400], path[4096] = "";
    unsigned mappings = 0, writable = 0, changed = 0;
    FILE *maps = fopen("/proc/self/maps", "re");
    while (fgets(line, sizeof line, maps) != NULL) {
        unsigned long start, end, offset;
        char rights[5];
        int name = 0;
        sscanf(line, "%lx-%lx %4s %lx %*s %*s %n", &start, &end, rights, &offset, &name);
        if (rights[2] != 'x' || (strstr(line, "/libc.so.6") == NULL && strstr(line, "/libc-2.") == NULL)) {
            continue;
        }
        line[strcspn(line, "\n")] = '\0';
        snprintf(path, sizeof path, "%s", line + name);
        ++mappings;
        writable += rights[1] == 'w';
        int file = open(path, O_RDONLY | O_CLOEXEC);
        const char *clean = mmap(NULL, end - start, PROT_READ, MAP_PRIVATE, file, (off_t)offset);
        for (unsigned long at = start; clean != MAP_FAILED && at < end; at += PAGE) {
            changed += memcmp(clean + (at - start), (const char *)(uintptr_t)at, PAGE) != 0;
        }
        close(file);
    }
    fclose(maps);
    fprintf(stderr, "%s, %s, %s\n", changed != 0 ? "replaced" : "as in the file",
            mappings == 1 ? "one mapping" : "several mappings", writable != 0 ? "writable" : "not writable");
}

int main(int argc, char **argv) {
    struct pollfd input = {.fd = argc > 1 && strcmp(argv[1], "wait") == 0 ? STDIN_FILENO : -1};
    mallopt(M_MMAP_THRESHOLD, BLOCK / 2); /* and stays so */
    if (argc > 1 && strcmp(argv[1], "code") == 0) {
        show_code();
    }
    do {
        use_memory();
    } while (input.fd >= 0 && poll(&input, 1, 0) == 0);
    use_break();
    use_threads();
    printf("%lu wrong\n", bad);
    return bad != 0;
}
