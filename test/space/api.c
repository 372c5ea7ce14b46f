/* The public interface, include/wine-ld.h, and what the allocator promises: who owns what, limits, alignment,
 * reservations, the break, memory of the tracker. Under the linker; prints `ok NAME` or `FAILED NAME`. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "lists.h"

enum { PAGE = 4096, KIB64 = 64 << 10 };
#define MIB ((size_t)1 << 20)

static int (*query)(const void *, struct wine_ld_mapping *, size_t);
static void *(*largest_free)(const void *, const void *, size_t, size_t *);
static void *(*allocate)(const void *, const void *, size_t, size_t, int);
static void *(*map)(const struct wine_ld_request *, size_t);
static int (*reserve)(void *, size_t), (*release)(void *, size_t);
static int failures;

static void check(bool good, const char *name) {
    printf("%s %s\n", good ? "ok" : "FAILED", name);
    failures += !good;
}

static struct wine_ld_mapping at(const void *address) {
    struct wine_ld_mapping mapping;
    CHECK(query(address, &mapping, sizeof mapping) == 0, "query %p", address);
    return mapping;
}

static bool ends_with(const char *text, const char *end) {
    size_t length = text != NULL ? strlen(text) : 0, wanted = strlen(end);
    return length >= wanted && strcmp(text + length - wanted, end) == 0;
}

static void *anonymous(size_t size, int prot, int flags) {
    return mmap(NULL, size, prot, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
}

static void test_kinds(void) {
    int local = 0;
    struct wine_ld_mapping text = at((void *)(uintptr_t)strtoul);
    check(text.kind == WINE_LD_IMAGE && text.protection == 5, "code of libc is an image, r-x");
    check(ends_with(text.owner, "/libc.so.6"), "its owner is libc");
    check(at(&failures).kind == WINE_LD_IMAGE, "data of the program is of an image");
    check(access(at(&failures).owner, X_OK) == 0 && strstr(at(&failures).owner, "api-") != NULL,
          "whose owner is the program's path");
    check(at(&local).kind == WINE_LD_STACK && (at(&local).flags & WINE_LD_GROWS) != 0, "the initial stack");
    check(at((void *)(uintptr_t)query).kind == WINE_LD_LINKER, "the linker's code is the linker's");
    char *small = malloc(100), *large = malloc(8 * MIB);
    check(at(small).kind == WINE_LD_BREAK, "a small malloc lies in the break");
    check(at(large).kind == WINE_LD_HEAP && ends_with(at(large).owner, "/libc.so.6"), "a large one is libc's heap");
    free(small);
    free(large);
    char *own = anonymous(3 * PAGE, PROT_READ, 0);
    struct wine_ld_mapping mapping = at(own + PAGE);
    check(mapping.kind == WINE_LD_ANONYMOUS && mapping.start == (uintptr_t)own &&
              mapping.end == (uintptr_t)own + 3 * PAGE && mapping.protection == 1,
          "an anonymous mapping of our own, whole");
    check(at((void *)mapping.caller).kind == WINE_LD_IMAGE, "its caller is code of an image");
    munmap(own, 3 * PAGE);
    check(at(own).kind == WINE_LD_FREE && (at(own).flags & WINE_LD_MAPPED) == 0, "free after munmap");
}

static void test_device(unsigned expected) {
    int zero = open("/dev/zero", O_RDWR);
    void *memory = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, zero, 0);
    check(at(memory).kind == expected, "the kind of a device's memory");
    munmap(memory, PAGE);
    close(zero);
}

static void *on_thread(void *unused) {
    int local = 0;
    check(at(&local).kind == WINE_LD_STACK, "the stack of a thread");
    return unused;
}

static void test_split(void) {
    char *memory = anonymous(6 * PAGE, PROT_READ | PROT_WRITE, 0);
    munmap(memory + 5 * PAGE, PAGE);
    mprotect(memory + PAGE, PAGE, PROT_NONE);
    struct wine_ld_mapping middle = at(memory + PAGE);
    check(middle.start == (uintptr_t)memory + PAGE && middle.end == (uintptr_t)memory + 2 * PAGE &&
              middle.protection == 0,
          "mprotect splits");
    mprotect(memory + PAGE, PAGE, PROT_READ | PROT_WRITE);
    check(at(memory).end == (uintptr_t)memory + 5 * PAGE, "and joins again what one call mapped");
    char *next = mmap(memory + 5 * PAGE, PAGE, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    check(at(next).start == (uintptr_t)next, "but not what two calls mapped");
    munmap(memory, 6 * PAGE);
}

static void test_limits(void) {
    void *low = (void *)(uintptr_t)0x20000000, *high = (void *)(uintptr_t)0x30000000;
    char *got = allocate(low, high, 3 * MIB, 16 * KIB64, PROT_READ | PROT_WRITE);
    check(got >= (char *)low && got + 3 * MIB <= (char *)high && (uintptr_t)got % (16 * KIB64) == 0,
          "allocated within limits, aligned");
    size_t size = 0;
    char *hole = largest_free(low, high, KIB64, &size);
    check(size == 0x10000000 - 3 * MIB && (hole == got + 3 * MIB || hole == low), "the largest free block beside it");
    errno = 0;
    check(allocate(low, high, 0x10000000, 0, PROT_READ) == NULL && errno == ENOMEM, "no room: NULL, ENOMEM");
    errno = 0;
    check(allocate(NULL, NULL, SIZE_MAX, 0, PROT_READ) == NULL && errno == ENOMEM, "nor for what is larger than all");
    errno = 0;
    check(allocate(NULL, NULL, PAGE, 3, PROT_READ) == NULL && errno == EINVAL,
          "an alignment that is none: NULL, EINVAL");
    errno = 0;
    check(allocate(NULL, NULL, 0, 0, PROT_READ) == NULL && errno == EINVAL, "a size of nothing too");
    size = 1;
    check(largest_free(low, low, 0, &size) == NULL && size == 0, "no free block in nothing");
    void *first = largest_free(NULL, low, 0, &size), *filled = allocate(first, low, size, 0, PROT_NONE);
    check(first != NULL && filled == first, "the largest free block from NULL on can be had");
    munmap(filled, size);
    memset(got, 1, 3 * MIB);
    munmap(got, 3 * MIB);
    char *aligned[50];
    bool good = true;
    for (int i = 0; i < 50; ++i) {
        aligned[i] = allocate(NULL, NULL, KIB64 + PAGE, KIB64, PROT_READ);
        good = good && aligned[i] != NULL && (uintptr_t)aligned[i] % KIB64 == 0;
    }
    check(good, "aligned where the policy likes it");
    for (int i = 0; i < 50; ++i) {
        munmap(aligned[i], KIB64 + PAGE);
    }
}

static char *mapped(size_t size, size_t align, uint32_t direction, uint32_t kind) {
    const struct wine_ld_request request = {.size = size,
                                            .align = align,
                                            .low = 0x20000000,
                                            .high = 0x30000000,
                                            .kind = kind,
                                            .direction = direction,
                                            .protection = PROT_READ | PROT_WRITE};
    return map(&request, sizeof request);
}

/* A window with a page in the way at either end, and one in the middle. */
static void test_directions(void) {
    char *low = (char *)(uintptr_t)0x20000000, *high = (char *)(uintptr_t)0x30000000;
    char *in_the_way[] = {low, high - PAGE, low + 128 * MIB};
    for (int i = 0; i < 3; ++i)
        check(reserve(in_the_way[i], PAGE) == 0, "something is in the way");
    char *lowest = mapped(MIB, KIB64, WINE_LD_LOWEST, 0);
    char *highest = mapped(MIB, KIB64, WINE_LD_HIGHEST, 0);
    check(lowest == low + KIB64, "the lowest block that is aligned");
    check(highest == high - KIB64 - MIB, "the highest");
    char *pages = mapped(2 * PAGE, 0, WINE_LD_HIGHEST, 0);
    check(pages == high - 3 * PAGE, "a smaller one above it");
    char *half = mapped(120 * MIB, 0, WINE_LD_HIGHEST, WINE_LD_GUEST);
    check(half == highest - 120 * MIB && at(half).kind == WINE_LD_GUEST, "a large one for the guest below it");
    char *other = mapped(120 * MIB, 0, WINE_LD_HIGHEST, WINE_LD_ANONYMOUS);
    check(other == in_the_way[2] - 120 * MIB, "the next below what is in the way");
    char *by_policy = mapped(PAGE, 0, WINE_LD_BY_POLICY, WINE_LD_GUEST);
    check(by_policy >= low && by_policy < high, "where the policy likes it, but within limits");
    errno = 0;
    check(mapped(120 * MIB, 0, WINE_LD_HIGHEST, WINE_LD_GUEST) == NULL && errno == ENOMEM, "no more room: ENOMEM");
    memset(half, 1, MIB);
    munmap(low, high - low);
}

static void test_requests(void) {
    struct wine_ld_request request = {.size = MIB, .align = KIB64};
    char *got = map(&request, offsetof(struct wine_ld_request, low)), *above;
    check(got != NULL && (uintptr_t)got % KIB64 == 0 && at(got).protection == 0, "a caller who knows less asks for less");
    munmap(got, MIB);
    request.direction = WINE_LD_HIGHEST;
    got = map(&request, sizeof request);
    check(got != NULL, "the highest of all");
    above = map(&request, sizeof request);
    check(above != NULL && above < got, "the next is not above it");
    munmap(got, MIB);
    munmap(above, MIB);
    request.direction = WINE_LD_HIGHEST + 1;
    errno = 0;
    check(map(&request, sizeof request) == NULL && errno == EINVAL, "an unknown direction: EINVAL");
    request.direction = 0;
    request.kind = WINE_LD_KERNEL;
    errno = 0;
    check(map(&request, sizeof request) == NULL && errno == EINVAL, "a kind that nobody may map: EINVAL");
}

static void test_reserve(void) {
    char *memory = anonymous(MIB, PROT_READ, 0);
    munmap(memory, MIB);
    check(reserve(memory, MIB) == 0 && at(memory).kind == WINE_LD_RESERVED, "reserved");
    check(reserve(memory + PAGE, PAGE) == -1, "not twice");
    bool inside = false;
    void *others[64];
    for (int i = 0; i < 64; ++i) {
        others[i] = anonymous(PAGE, PROT_READ, 0);
        inside = inside || ((char *)others[i] >= memory && (char *)others[i] < memory + MIB);
    }
    check(!inside, "nothing is placed there");
    for (int i = 0; i < 64; ++i) {
        munmap(others[i], PAGE);
    }
    check(mmap(memory, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == memory,
          "unless by MAP_FIXED");
    check(release(memory, MIB) == 0 && at(memory).kind == WINE_LD_FREE, "released");
    errno = 0;
    check(release(memory, MIB) == -1 && errno == EINVAL, "not twice either");
    char *other = anonymous(PAGE, PROT_READ, 0);
    errno = 0;
    check(release(other, PAGE) == -1 && errno == EINVAL && at(other).kind == WINE_LD_ANONYMOUS,
          "nor anything that is not a reservation");
    errno = 0;
    check(reserve(other, PAGE) == -1 && errno == EEXIST, "nor is that reserved");
    munmap(other, PAGE);
}

static void test_hints(void) {
    char *first = anonymous(4 * PAGE, PROT_READ, 0);
    munmap(first, 4 * PAGE);
    check(mmap(first, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == first, "a free hint is honoured");
    char *raised = mmap((char *)PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    check(raised < (char *)(1 << 20), "a hint below what may be mapped is raised by the kernel");
    munmap(raised, PAGE);
    char *second = mmap(first, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    check(second != MAP_FAILED && second != first, "one that is taken is not, and is no error");
    errno = 0;
    check(mmap(first, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == MAP_FAILED &&
              errno == EEXIST,
          "MAP_FIXED_NOREPLACE on it is EEXIST");
    munmap(first, PAGE);
    munmap(second, PAGE);
    char *low = anonymous(PAGE, PROT_READ, MAP_32BIT);
    check(low != MAP_FAILED && (sizeof(void *) == 4 || (uintptr_t)low < (uintptr_t)1 << 31), "MAP_32BIT");
    munmap(low, PAGE);
}

static void test_raw_calls(void) {
    char *raw = bare_mmap(NULL, 2 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *others[200];
    bool over = false;
    for (int i = 0; i < 200; ++i) {
        others[i] = anonymous(PAGE, PROT_READ, 0);
        over = over || others[i] == raw || others[i] == raw + PAGE;
    }
    check(!over, "nothing is mapped over what a bare system call mapped");
    for (int i = 0; i < 200; ++i) {
        munmap(others[i], PAGE);
    }
    munmap(raw, 2 * PAGE);
    long number = SYS_munmap;
    char *served = (char *)syscall(BARE_MMAP, 0L, (long)PAGE, (long)PROT_READ, (long)(MAP_PRIVATE | MAP_ANONYMOUS), -1L, 0L);
    check(served != MAP_FAILED && at(served).kind == WINE_LD_ANONYMOUS, "syscall(SYS_mmap) is served");
    check(syscall(number, served, (long)PAGE) == 0 && at(served).kind == WINE_LD_FREE, "syscall(SYS_munmap) too");
    errno = 0;
    check(syscall(SYS_close, -1L) == -1 && errno == EBADF, "other numbers are passed on");
}

static void test_break(void) {
    char *before = sbrk(0);
    check(sbrk(3 * PAGE) == before && (char *)sbrk(0) == before + 3 * PAGE, "sbrk grows");
    memset(before, 1, 3 * PAGE);
    check(at(before + 2 * PAGE).kind == WINE_LD_BREAK, "what it grew by is of the break");
    check(brk(before) == 0 && sbrk(0) == before, "brk goes back");
    errno = 0;
    check(sbrk((intptr_t)((uintptr_t)&before - (uintptr_t)before)) == (void *)-1 && errno == ENOMEM,
          "into the stack is ENOMEM");
    errno = 0;
    check(sbrk(-INTPTR_MAX) == (void *)-1 && errno == ENOMEM && sbrk(0) == before, "too little too");
}

static struct wine_ld_mapping in_handler;
static int handler_result;
static void on_signal(int number) {
    (void)number;
    handler_result = query(&in_handler, &in_handler, sizeof in_handler);
}

static void test_handler(void) {
    signal(SIGUSR2, on_signal);
    raise(SIGUSR2);
    check(handler_result == 0 && in_handler.kind == WINE_LD_IMAGE, "a query in a signal handler");
}

static void test_growing_stack(void) {
    volatile char *deep = (char *)__builtin_alloca(2 * MIB);
    deep[0] = 1;
    check(at((void *)(uintptr_t)deep).kind == WINE_LD_STACK, "the stack is known where it has grown");
    compare_lists("after the stack has grown");
}

/* That a mapping grows is not in the kernel's list, from which this one is learnt. */
static void test_growing_mapping(void) {
    enum { GROWING = MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN | MAP_FIXED };
    char *place = anonymous(4 * PAGE, PROT_NONE, 0);
    munmap(place, 4 * PAGE);
    CHECK(bare_mmap(place, 4 * PAGE, PROT_READ | PROT_WRITE, GROWING, -1, 0) == place, "no growing mapping");
    mmap(place, 4 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    check(mprotect(place + 2 * PAGE, PAGE, PROT_READ | PROT_GROWSDOWN) == 0 && at(place).protection == PROT_READ,
          "PROT_GROWSDOWN reaches down to where the mapping begins");
    munmap(place, 4 * PAGE);
}

static void test_shared_segment(void) {
    int segment = shmget(IPC_PRIVATE, 4 * PAGE, IPC_CREAT | 0600);
    check(shmat(segment, NULL, SHM_REMAP) == (void *)-1, "SHM_REMAP without an address is refused");
    char *memory = shmat(segment, NULL, 0);
    mmap(memory + PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    check(shmdt(memory) == 0 && at(memory + PAGE).kind == WINE_LD_ANONYMOUS && at(memory + 2 * PAGE).kind == WINE_LD_FREE,
          "shmdt takes all that is left of a segment, and nothing else");
    munmap(memory + PAGE, PAGE);
    shmctl(segment, IPC_RMID, NULL);
}

static void test_segment_in_pieces(void) {
    int segment = shmget(IPC_PRIVATE, 5 * PAGE, IPC_CREAT | 0600);
    char *whole = shmat(segment, NULL, 0);
    check(at(whole).end == (uintptr_t)whole + 5 * PAGE && shmdt(whole) == 0 && at(whole).kind == WINE_LD_FREE,
          "a segment is known whole, and gone");
    char *memory = shmat(segment, NULL, 0), *next = shmat(segment, NULL, 0);
    mprotect(memory + PAGE, PAGE, PROT_READ);
    munmap(memory + PAGE, PAGE);
    check(shmdt(memory) == 0 && at(memory).kind == WINE_LD_FREE && at(memory + 4 * PAGE).kind == WINE_LD_FREE,
          "shmdt takes what lies beyond a piece that was unmapped");
    check(at(next).kind == WINE_LD_SHARED && shmdt(next) == 0, "but no other segment");
    compare_lists("after a segment in pieces");
    shmctl(segment, IPC_RMID, NULL);
}

static void test_refused_in_part(void) {
    char *memory = anonymous(6 * PAGE, PROT_READ | PROT_WRITE, 0);
    munmap(memory + 4 * PAGE, PAGE); /* the last one stays: so it cannot grow in place */
    check(mprotect(memory, 6 * PAGE, PROT_READ) == -1 && at(memory).protection == PROT_READ,
          "what a refused mprotect has done is known");
    char *copy = mremap(memory, 4 * PAGE, 9 * PAGE, MREMAP_MAYMOVE);
    check(copy != MAP_FAILED && at(copy + 8 * PAGE).protection == PROT_READ, "and goes along with mremap");
    char *target = anonymous(9 * PAGE, PROT_NONE, 0);
    check(mremap(memory, PAGE, 9 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, target) == MAP_FAILED, "a refused mremap");
    compare_lists("after mremap has perhaps unmapped its target");
    munmap(memory + 5 * PAGE, PAGE);
    munmap(copy, 9 * PAGE);
    munmap(target, 9 * PAGE);
}

static void test_partial_fork(void) {
    int status = -1;
    char *kept = anonymous(PAGE, PROT_READ, 0);
    madvise(kept, PAGE, MADV_DONTFORK);
    pid_t child = fork();
    if (child == 0) {
        bool known = at(kept).kind != WINE_LD_ANONYMOUS; /* the new list of mappings may lie there */
        compare_lists("in a child that did not inherit everything");
        _exit(!known);
    }
    check(waitpid(child, &status, 0) == child && status == 0, "a child knows what it did not inherit");
    munmap(kept, PAGE);
}

static void test_memory(void) {
    enum { COUNT = 20000 };
    char *memory = anonymous((size_t)COUNT * 2 * PAGE, PROT_NONE, MAP_NORESERVE);
    struct wine_ld_statistics statistics;
    for (size_t i = 0; i < COUNT; ++i) { /* the worst case: every second page is free */
        munmap(memory + 2 * i * PAGE, PAGE);
    }
    bool all_free = true;
    for (size_t i = 0; i < COUNT; ++i) {
        all_free &= at(memory + 2 * i * PAGE).kind == WINE_LD_FREE;
    }
    check(all_free, "no memory of the linker's own lies in a hole of the program's");
    CHECK(list_statistics(&statistics, sizeof statistics) == 0, "statistics");
    printf("%zu mappings, %zu bytes: %.1f bytes each\n", statistics.mappings, statistics.tracker_bytes,
           (double)statistics.tracker_bytes / (double)statistics.mappings);
    check(statistics.tracker_bytes <= 64 * statistics.mappings, "at most 64 bytes a mapping, with holes between all");
    munmap(memory, (size_t)COUNT * 2 * PAGE);
    CHECK(list_statistics(&statistics, sizeof statistics) == 0, "statistics");
    check(statistics.tracker_bytes < 64 << 10, "and the nodes are given back");
}

/* Random lifetimes, as of a heap of large blocks. */
static void test_memory_random(void) {
    enum { LIVE = 12000, TURNS = 60000 };
    static char *live[LIVE];
    static size_t size[LIVE];
    struct wine_ld_statistics statistics;
    uint64_t seed = 99;
    for (int i = 0; i < TURNS; ++i) {
        unsigned long slot = chance_below(&seed, LIVE);
        if (live[slot] != NULL) {
            munmap(live[slot], size[slot]);
        }
        size[slot] = (1 + chance_below(&seed, 8)) * PAGE;
        live[slot] = anonymous(size[slot], slot % 2 != 0 ? PROT_READ : PROT_NONE, 0);
        CHECK(live[slot] != MAP_FAILED, "mmap: %d", errno);
    }
    CHECK(list_statistics(&statistics, sizeof statistics) == 0, "statistics");
    printf("%zu mappings, %zu bytes: %.1f bytes each\n", statistics.mappings, statistics.tracker_bytes,
           (double)statistics.tracker_bytes / (double)statistics.mappings);
    check(statistics.tracker_bytes <= 64 * statistics.mappings, "at most 64 bytes a mapping, at random");
    compare_lists("after random lifetimes");
    for (int i = 0; i < LIVE; ++i) {
        if (live[i] != NULL) {
            munmap(live[i], size[i]);
        }
    }
}

static void test_full(void) {
    static char *blocks[4096];
    int count = 0;
    size_t size = sizeof(void *) == 4 ? 64 * MIB : (size_t)1 << 40, total = 0;
    while (count < 4096 && (blocks[count] = anonymous(size, PROT_NONE, MAP_NORESERVE)) != MAP_FAILED) {
        total += size;
        ++count;
    }
    size_t expected = sizeof(void *) == 4 ? (size_t)3000 * MIB : (size_t)120 << 40;
    check(total >= expected, "zones spill over until the space is full");
    check(errno == ENOMEM, "then it is ENOMEM");
    for (int i = 0; i < count; ++i) {
        munmap(blocks[i], size);
    }
}

/* With an argument, only what needs a policy with a rule for devices. */
int main(int argc, char **argv) {
    pthread_t thread;
    (void)argv;
    lists_init();
    query = (int (*)(const void *, struct wine_ld_mapping *, size_t))find_function("wine_ld_query");
    largest_free = (void *(*)(const void *, const void *, size_t, size_t *))find_function("wine_ld_largest_free");
    allocate = (void *(*)(const void *, const void *, size_t, size_t, int))find_function("wine_ld_allocate");
    map = (void *(*)(const struct wine_ld_request *, size_t))find_function("wine_ld_map");
    reserve = (int (*)(void *, size_t))find_function("wine_ld_reserve");
    release = (int (*)(void *, size_t))find_function("wine_ld_release");
    if (argc > 1) {
        test_device(WINE_LD_DEVICE);
        return failures != 0;
    }
    int (*version)(void) = (int (*)(void))find_function("wine_ld_version");
    check(version() == WINE_LD_API_VERSION, "the version is the header's");
    test_kinds();
    test_device(WINE_LD_FILE);
    pthread_create(&thread, NULL, on_thread, NULL);
    pthread_join(thread, NULL);
    test_split();
    test_limits();
    test_directions();
    test_requests();
    test_reserve();
    test_hints();
    test_raw_calls();
    test_break();
    test_handler();
    test_growing_stack();
    test_growing_mapping();
    test_shared_segment();
    test_segment_in_pieces();
    test_refused_in_part();
    test_partial_fork();
    test_memory();
    test_memory_random();
    test_full();
    compare_lists("at the end");
    return failures != 0;
}
