/* Writes a jump over the first bytes of libc's functions, as Open MPI and UCX do to learn what memory
 * goes, and says how often each was reached: directly, and by what libc does for itself. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <malloc.h>

enum { PAGE = 4096, MAP, UNMAP, PROTECT, ADVISE, REMAP, BREAK, COUNTS };

extern void *__curbrk;
static int counts[COUNTS];

static long ask(int which, long number, void *a, long b, long c, long d, long e, long f) {
    ++counts[which];
    return syscall(number, a, b, c, d, e, f);
}

static void *map(void *at, size_t size, int prot, int flags, int fd, off_t offset) {
#ifdef SYS_mmap2
    return (void *)ask(MAP, SYS_mmap2, at, size, prot, flags, fd, offset / PAGE);
#else
    return (void *)ask(MAP, SYS_mmap, at, size, prot, flags, fd, offset);
#endif
}

static int unmap(void *at, size_t size) {
    return (int)ask(UNMAP, SYS_munmap, at, size, 0, 0, 0, 0);
}

static int protect(void *at, size_t size, int prot) {
    return (int)ask(PROTECT, SYS_mprotect, at, size, prot, 0, 0, 0);
}

static int advise(void *at, size_t size, int advice) {
    return (int)ask(ADVISE, SYS_madvise, at, size, advice, 0, 0, 0);
}

static void *remap(void *at, size_t old, size_t size, int flags, void *to) {
    return (void *)ask(REMAP, SYS_mremap, at, old, size, flags, (long)to, 0);
}

static int set_break(void *to) {
    __curbrk = (void *)ask(BREAK, SYS_brk, to, 0, 0, 0, 0, 0);
    return __curbrk < to ? -1 : 0;
}

static void write_over(const char *name, uintptr_t function) {
#ifdef __x86_64__
    unsigned char code[13] = {0x49, 0xbb, [10] = 0x41, 0xff, 0xe3}; /* to %r11, jmp *%r11 */
#else
    unsigned char code[7] = {0xb8, [5] = 0xff, 0xe0}; /* to %eax, jmp *%eax */
#endif
    memcpy(code + (sizeof function == 8 ? 2 : 1), &function, sizeof function);
    unsigned char *entry = dlsym(RTLD_DEFAULT, name);
    unsigned char *page = entry - (uintptr_t)entry % PAGE;
    if (syscall(SYS_mprotect, page, 2 * PAGE, PROT_READ | PROT_WRITE | PROT_EXEC) != 0)
        perror(name);
    memcpy(entry, code, sizeof code);
    syscall(SYS_mprotect, page, 2 * PAGE, PROT_READ | PROT_EXEC);
}

static void show(const char *what) {
    printf("%s: mmap %d munmap %d mprotect %d madvise %d mremap %d brk %d\n", what, counts[MAP],
           counts[UNMAP], counts[PROTECT], counts[ADVISE], counts[REMAP], counts[BREAK]);
    memset(counts, 0, sizeof counts);
}

static void *thread(void *nothing) {
    return nothing;
}

static void calls(void) {
    enum { RIGHTS = PROT_READ | PROT_WRITE, FLAGS = MAP_PRIVATE | MAP_ANONYMOUS };
    char *memory = mmap(NULL, 2 * PAGE, RIGHTS, FLAGS, -1, 0);
    mprotect(memory, PAGE, PROT_READ);
    madvise(memory, 2 * PAGE, MADV_DONTNEED);
    munmap(memory, 2 * PAGE);
    show("calls");
    sbrk(16 * PAGE);
    show("sbrk, upwards");
    sbrk(-16 * PAGE);
    show("sbrk, downwards");
    sbrk(0);
    show("sbrk, a question");
    printf("beyond: %d\n", sbrk(INTPTR_MIN) == (void *)-1);
}

static void library_calls(void) {
    char *volatile memory = malloc(4 << 20);
    show("malloc of its own mapping");
    memory = realloc(memory, 8 << 20);
    show("realloc");
    free(memory);
    show("free");
    for (int i = 0; i < 5000; ++i)
        memory = malloc(100);
    printf("heap grew by brk: %d\n", counts[BREAK] > 0);
    memory = malloc(100 << 10);
    free(memory);
    memset(counts, 0, sizeof counts);
    malloc_trim(0);
    show("malloc_trim");
    pthread_t id;
    pthread_create(&id, NULL, thread, NULL);
    pthread_join(id, NULL);
    show("thread");
}

int main(void) {
    static char buffer[1 << 16];
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    sbrk(0);
    write_over("mmap", (uintptr_t)map);
    write_over("munmap", (uintptr_t)unmap);
    write_over("mprotect", (uintptr_t)protect);
    write_over("madvise", (uintptr_t)advise);
    write_over("mremap", (uintptr_t)remap);
    write_over("brk", (uintptr_t)set_break);
    calls();
    library_calls();
    return 0;
}
