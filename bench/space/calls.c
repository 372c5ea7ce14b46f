/* What each call of the mmap family and of dlopen's costs, those that are refused too. calls.ts runs it under two
 * linkers at once and asks them in turns.
 *
 * Usage: calls LIBRARY FILE MAPPINGS. LIBRARY is opened and closed, FILE is a readable file of a page at least, MAPPINGS how
 * many are live beside those of the cases. Prints the names of the cases, one a line, and an empty line; then for each line
 * `CASE COUNT` that it reads, the nanoseconds of one call, as the mean of COUNT. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { PAGE = 4096, RW = PROT_READ | PROT_WRITE, ANONYMOUS = MAP_PRIVATE | MAP_ANONYMOUS };
/* A size that no address space has room for. */
static const size_t too_large = SIZE_MAX / 4 * 3;

static const char *library;
static int file, device, segment;
static char *area, *walled, *shared, *read_only;

/* A case that does not give what it should would be measured in vain. */
static void expect(int good, int line) {
    if (!good) {
        fprintf(stderr, "calls.c:%d: not the expected result, errno %d\n", line, errno);
        exit(1);
    }
}
#define EXPECT(condition) expect((condition), __LINE__)
#define REFUSED(call, code) expect((intptr_t)(call) == -1 && errno == (code), __LINE__)

static char *map(size_t size, int prot, int flags, int fd) {
    char *memory = mmap(NULL, size, prot, flags, fd, 0);
    EXPECT(memory != MAP_FAILED);
    return memory;
}

static void map_anonymous(void) {
    EXPECT(munmap(map(16 * PAGE, RW, ANONYMOUS, -1), 16 * PAGE) == 0);
}
static void map_two(void) {
    char *first = map(16 * PAGE, RW, ANONYMOUS, -1), *second = map(5 * PAGE, PROT_READ, ANONYMOUS, -1);
    EXPECT(munmap(first, 16 * PAGE) == 0 && munmap(second, 5 * PAGE) == 0);
}
static void map_shared(void) {
    EXPECT(munmap(map(16 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1), 16 * PAGE) == 0);
}
static void map_file(void) {
    EXPECT(munmap(map(PAGE, PROT_READ, MAP_PRIVATE, file), PAGE) == 0);
}
static void map_hint(void) {
    EXPECT(mmap(area + 40 * PAGE, PAGE, RW, ANONYMOUS, -1, 0) == area + 40 * PAGE);
    EXPECT(munmap(area + 40 * PAGE, PAGE) == 0);
}
static void map_fixed(void) {
    EXPECT(mmap(area + PAGE, PAGE, RW, ANONYMOUS | MAP_FIXED, -1, 0) == area + PAGE);
}
static void map_no_replace(void) {
    REFUSED(mmap(area, PAGE, RW, ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0), EEXIST);
}
static void map_nothing(void) {
    REFUSED(mmap(NULL, 0, RW, ANONYMOUS, -1, 0), EINVAL);
}
static void map_no_file(void) {
    REFUSED(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, 999, 0), EBADF);
}
static void map_unwritable(void) {
    REFUSED(mmap(NULL, PAGE, RW, MAP_SHARED, file, 0), EACCES);
}
static void map_device(void) {
    REFUSED(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, device, 0), ENODEV);
}
static void map_too_large(void) {
    REFUSED(mmap(NULL, too_large, RW, ANONYMOUS, -1, 0), ENOMEM);
}

static void unmap_part(void) {
    EXPECT(munmap(area + 2 * PAGE, PAGE) == 0);
    EXPECT(mmap(area + 2 * PAGE, PAGE, RW, ANONYMOUS | MAP_FIXED, -1, 0) == area + 2 * PAGE);
}
static void unmap_free(void) {
    EXPECT(munmap(area + 40 * PAGE, PAGE) == 0);
}
static void unmap_odd(void) {
    REFUSED(munmap(area + 1, PAGE), EINVAL);
}

static void protect_whole(void) {
    EXPECT(mprotect(shared, PAGE, PROT_READ) == 0 && mprotect(shared, PAGE, RW) == 0);
}
static void protect_part(void) {
    EXPECT(mprotect(area + 4 * PAGE, PAGE, PROT_READ) == 0 && mprotect(area + 4 * PAGE, PAGE, RW) == 0);
}
static void protect_same(void) {
    EXPECT(mprotect(area, 4 * PAGE, RW) == 0);
}
static void protect_odd(void) {
    REFUSED(mprotect(area + 1, PAGE, PROT_READ), EINVAL);
}
static void protect_bits(void) {
    REFUSED(mprotect(area, PAGE, 0x7000), EINVAL);
}
static void protect_free(void) {
    REFUSED(mprotect(area + 40 * PAGE, PAGE, PROT_READ), ENOMEM);
}
static void protect_file(void) {
    REFUSED(mprotect(read_only, PAGE, RW), EACCES);
}
static void protect_key(void) {
    EXPECT(pkey_mprotect(area, PAGE, RW, -1) == 0);
}
static void protect_no_key(void) {
    EXPECT(pkey_mprotect(area, PAGE, RW, 13) == -1 && (errno == EINVAL || errno == ENOSYS));
}

static void remap_in_place(void) {
    char *end = area + 8 * PAGE;
    EXPECT(mremap(end, 8 * PAGE, 12 * PAGE, 0) == end && mremap(end, 12 * PAGE, 8 * PAGE, 0) == end);
}
static void remap_move(void) {
    char *memory = mremap(walled, PAGE, 2 * PAGE, MREMAP_MAYMOVE);
    EXPECT(memory != MAP_FAILED && memory != walled);
    EXPECT(mremap(memory, 2 * PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, walled) == walled);
}
static void remap_odd(void) {
    REFUSED(mremap(area + 1, PAGE, 2 * PAGE, MREMAP_MAYMOVE), EINVAL);
}
static void remap_free(void) {
    REFUSED(mremap(area + 40 * PAGE, PAGE, 2 * PAGE, MREMAP_MAYMOVE), EFAULT);
}
static void remap_walled(void) {
    REFUSED(mremap(walled, PAGE, 2 * PAGE, 0), ENOMEM);
}
static void remap_overlap(void) {
    REFUSED(mremap(area, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, area + PAGE), EINVAL);
}
static void remap_too_large(void) {
    EXPECT(mremap(area, PAGE, too_large, MREMAP_MAYMOVE) == MAP_FAILED);
}
static void remap_pages(void) {
    EXPECT(remap_file_pages(shared, PAGE, 0, 0, 0) == 0);
}
static void remap_pages_private(void) {
    REFUSED(remap_file_pages(area, PAGE, 0, 0, 0), EINVAL);
}

static void advise(void) {
    EXPECT(madvise(area, PAGE, MADV_DONTNEED) == 0);
}
static void advise_nonsense(void) {
    REFUSED(madvise(area, PAGE, 999), EINVAL);
}
static void break_up_and_down(void) {
    EXPECT(sbrk(4 * PAGE) != (void *)-1 && sbrk(-4 * PAGE) != (void *)-1);
}
static void break_now(void) {
    EXPECT(sbrk(0) != (void *)-1);
}
static void break_too_far(void) {
    REFUSED(brk((void *)(UINTPTR_MAX - 0xffff)), ENOMEM);
}

static void attach(void) {
    char *memory = shmat(segment, NULL, 0);
    EXPECT(memory != (void *)-1 && shmdt(memory) == 0);
}
static void attach_nothing(void) {
    REFUSED(shmat(0x7ffffff, NULL, 0), EINVAL);
}
static void attach_over(void) {
    REFUSED(shmat(segment, area, 0), EINVAL);
}
static void attach_new(void) {
    int id = shmget(IPC_PRIVATE, 4 * PAGE, IPC_CREAT | 0600);
    char *memory = shmat(id, NULL, 0);
    EXPECT(memory != (void *)-1 && shmctl(id, IPC_RMID, NULL) == 0 && shmdt(memory) == 0);
}
static void detach_nothing(void) {
    REFUSED(shmdt(area), EINVAL);
}

static void any_system_call(void) {
    EXPECT(syscall(SYS_getppid) > 0);
}
static void allocate_large(void) {
    char *memory = malloc(1 << 20);
    EXPECT(memory != NULL);
    *(volatile char *)memory = 1;
    free(memory);
}

static void symbol(void) {
    EXPECT(dlsym(RTLD_DEFAULT, "qsort") != NULL);
}
static void symbol_missing(void) {
    EXPECT(dlsym(RTLD_DEFAULT, "no_such_function") == NULL);
}
static void symbol_missing_told(void) {
    EXPECT(dlsym(RTLD_DEFAULT, "no_such_function") == NULL && dlerror() != NULL);
}
static void symbol_next(void) {
    EXPECT(dlsym(RTLD_NEXT, "malloc") != NULL);
}
static void symbol_version(void) {
    EXPECT(dlvsym(RTLD_DEFAULT, "qsort", "NO_SUCH_VERSION") == NULL);
}
static void open_new(void) {
    void *handle = dlopen(library, RTLD_NOW);
    EXPECT(handle != NULL && dlclose(handle) == 0);
}
static void open_again(void) {
    void *handle = dlopen("libc.so.6", RTLD_LAZY);
    EXPECT(handle != NULL && dlclose(handle) == 0);
}
static void open_no_name(void) {
    EXPECT(dlopen("no-such-library.so", RTLD_LAZY) == NULL);
}
static void open_no_path(void) {
    EXPECT(dlopen("/no/such/library.so", RTLD_LAZY) == NULL);
}
static void open_no_library(void) {
    EXPECT(dlopen("/dev/null", RTLD_LAZY) == NULL);
}
static void open_unloaded(void) {
    EXPECT(dlopen(library, RTLD_LAZY | RTLD_NOLOAD) == NULL);
}
static void address(void) {
    Dl_info info;
    EXPECT(dladdr((void *)(uintptr_t)qsort, &info) != 0);
}
static void address_of_none(void) {
    Dl_info info;
    EXPECT(dladdr(area, &info) == 0);
}
static void info_map(void) {
    static void *self;
    struct link_map *found;
    if (self == NULL)
        self = dlopen(NULL, RTLD_LAZY);
    EXPECT(dlinfo(self, RTLD_DI_LINKMAP, &found) == 0);
}
static void info_nonsense(void) {
    static void *self;
    int nothing;
    if (self == NULL)
        self = dlopen(NULL, RTLD_LAZY);
    EXPECT(dlinfo(self, 999, &nothing) == -1);
}
static int count_object(struct dl_phdr_info *info, size_t size, void *count) {
    (void)info;
    (void)size;
    ++*(int *)count;
    return 0;
}
static void iterate(void) {
    int count = 0;
    dl_iterate_phdr(count_object, &count);
    EXPECT(count > 1);
}

static const struct {
    const char *name;
    void (*call)(void);
} cases[] = {
    {"mmap + munmap, 64 KiB", map_anonymous},
    {"mmap + munmap, two", map_two},
    {"mmap + munmap, shared", map_shared},
    {"mmap + munmap, a file", map_file},
    {"mmap + munmap, a hint", map_hint},
    {"mmap MAP_FIXED over a page", map_fixed},
    {"mmap NOREPLACE: EEXIST", map_no_replace},
    {"mmap of nothing: EINVAL", map_nothing},
    {"mmap: EBADF", map_no_file},
    {"mmap: EACCES", map_unwritable},
    {"mmap: ENODEV", map_device},
    {"mmap: ENOMEM", map_too_large},
    {"munmap of a part + mmap", unmap_part},
    {"munmap of free space", unmap_free},
    {"munmap: EINVAL", unmap_odd},
    {"mprotect, forth and back", protect_whole},
    {"mprotect of a part", protect_part},
    {"mprotect as it is", protect_same},
    {"mprotect, odd: EINVAL", protect_odd},
    {"mprotect, bits: EINVAL", protect_bits},
    {"mprotect: ENOMEM", protect_free},
    {"mprotect: EACCES", protect_file},
    {"pkey_mprotect without key", protect_key},
    {"pkey_mprotect: EINVAL", protect_no_key},
    {"mremap in place", remap_in_place},
    {"mremap that moves", remap_move},
    {"mremap, odd: EINVAL", remap_odd},
    {"mremap: EFAULT", remap_free},
    {"mremap: ENOMEM", remap_walled},
    {"mremap, overlap: EINVAL", remap_overlap},
    {"mremap, too large", remap_too_large},
    {"remap_file_pages", remap_pages},
    {"remap_file_pages: EINVAL", remap_pages_private},
    {"madvise", advise},
    {"madvise: EINVAL", advise_nonsense},
    {"sbrk up and down", break_up_and_down},
    {"sbrk(0)", break_now},
    {"brk: ENOMEM", break_too_far},
    {"shmat + shmdt", attach},
    {"shmget + shmat + shmdt", attach_new},
    {"shmat, no segment: EINVAL", attach_nothing},
    {"shmat, taken: EINVAL", attach_over},
    {"shmdt: EINVAL", detach_nothing},
    {"syscall(), another number", any_system_call},
    {"malloc + free, 1 MiB", allocate_large},
    {"dlsym", symbol},
    {"dlsym, missing", symbol_missing},
    {"dlsym, missing + dlerror", symbol_missing_told},
    {"dlsym RTLD_NEXT", symbol_next},
    {"dlvsym, missing", symbol_version},
    {"dlopen + dlclose", open_new},
    {"dlopen + dlclose, loaded", open_again},
    {"dlopen, no such name", open_no_name},
    {"dlopen, no such path", open_no_path},
    {"dlopen, not a library", open_no_library},
    {"dlopen RTLD_NOLOAD, not there", open_unloaded},
    {"dladdr", address},
    {"dladdr, no object", address_of_none},
    {"dlinfo", info_map},
    {"dlinfo, refused", info_nonsense},
    {"dl_iterate_phdr", iterate},
};
enum { CASES = sizeof cases / sizeof cases[0] };

/* Live mappings that do not merge: every second page is without access. */
static void fill(size_t count) {
    if (count == 0)
        return;
    char *memory = map(count * PAGE, PROT_NONE, ANONYMOUS | MAP_NORESERVE, -1);
    for (size_t i = 0; i < count; i += 2)
        EXPECT(mmap(memory + i * PAGE, PAGE, RW, ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED);
}

static void prepare(const char *path, size_t mappings) {
    int pipes[2];
    EXPECT((file = open(path, O_RDONLY)) >= 0);
    EXPECT(pipe(pipes) == 0);
    device = pipes[0];
    EXPECT((segment = shmget(IPC_PRIVATE, 16 * PAGE, IPC_CREAT | 0600)) >= 0);
    /* Sixteen pages, and free space after them. */
    area = map(64 * PAGE, RW, ANONYMOUS, -1);
    EXPECT(munmap(area + 16 * PAGE, 48 * PAGE) == 0);
    /* One page, and something else after it. */
    walled = map(2 * PAGE, RW, ANONYMOUS, -1);
    EXPECT(mprotect(walled + PAGE, PAGE, PROT_NONE) == 0);
    shared = map(PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1);
    read_only = map(PAGE, PROT_READ, MAP_SHARED, file);
    fill(mappings);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

int main(int argc, char **argv) {
    char line[64];
    EXPECT(argc == 4);
    library = argv[1];
    prepare(argv[2], strtoul(argv[3], NULL, 10));
    for (size_t i = 0; i < CASES; ++i)
        puts(cases[i].name);
    puts("");
    fflush(stdout);
    while (fgets(line, sizeof line, stdin) != NULL) {
        char *rest;
        size_t which = strtoul(line, &rest, 10), count = strtoul(rest, NULL, 10);
        EXPECT(which < CASES && count > 0);
        double start = now();
        for (size_t i = 0; i < count; ++i)
            cases[which].call();
        printf("%.1f\n", (now() - start) / (double)count);
        fflush(stdout);
    }
    shmctl(segment, IPC_RMID, NULL);
    return 0;
}
