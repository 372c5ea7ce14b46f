/* The tracker against the kernel: random calls of the whole mmap family on eight threads, with
 * signals and forks, under the linker.
 *
 * Each thread has two areas of address space. In the one it works through libc's names, that is
 * through the linker's allocator; in the other it makes the same call at the same distance from the
 * start by a bare system call. Results, errno and the lists of mappings have to be the same. A
 * third area belongs to all threads: there they replace and unmap each other's mappings at random.
 * At checkpoints, with all threads stopped, and in forked children, the linker's list has to be
 * that of /proc/self/maps.
 *
 * Usage, under the linker and with WINE_LD_POLICY=property.policy: property [operations] [seed] */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../bench/space/bare.h"
#include "check.h"
#include "lists.h"

enum { PAGE = 4096, AREA_PAGES = 1024, THREADS = 8, SHARED_FILE_PAGES = 64 };
#define AREA ((size_t)AREA_PAGES * PAGE)

static char *common_area;
static int shared_file, shared_segment;

struct worker {
    pthread_t thread;
    int number;
    uint64_t seed;
    long operations;
    char *ours, *bare, *signalled; /* areas */
    char *scratch;                 /* free space for bare calls */
    pid_t tid;
};
static struct worker workers[THREADS];
static __thread struct worker *self;

/* What was done last, for messages. */
enum { REMEMBERED = 64 };
static __thread char done[REMEMBERED][160];
static __thread unsigned done_count;
#define doing      done[done_count % REMEMBERED]
#define DOING(...) (++done_count, snprintf(doing, sizeof doing, __VA_ARGS__))

static void print_done(void) {
    for (unsigned i = 1; i <= REMEMBERED; ++i)
        fprintf(stderr, "  %s\n", done[(done_count + i) % REMEMBERED]);
}

/* --- The two lists --- */

/* All of the address space save the areas in which bare calls were made. */
static void compare_all(const char *what) {
    uintptr_t start = 0, bare[2 * THREADS];
    for (int i = 0; i < THREADS; ++i) {
        bare[2 * i] = (uintptr_t)workers[i].bare;
        bare[2 * i + 1] = (uintptr_t)workers[i].scratch;
    }
    for (;;) {
        uintptr_t next = UINTPTR_MAX;
        for (int i = 0; i < 2 * THREADS; ++i)
            next = bare[i] >= start && bare[i] < next ? bare[i] : next;
        compare_range(start, next & ~(uintptr_t)(PAGE - 1), what);
        if (next == UINTPTR_MAX)
            return;
        start = next + AREA;
    }
}

/* The two areas of a thread hold the same. */
static void compare_areas(void) {
    static __thread struct segments ours, bare, linker;
    uintptr_t start = (uintptr_t)self->ours, mirror = (uintptr_t)self->bare;
    read_kernel(&ours, start, start + AREA);
    read_kernel(&bare, mirror, mirror + AREA);
    read_linker(&linker, start, start + AREA);
    compare(&linker, &ours, 0, "own area, linker and kernel");
    compare(&ours, &bare, (intptr_t)(start - mirror), "own area and its mirror");
}

/* --- Random arguments --- */

static unsigned long below(unsigned long limit) {
    return chance_below(&self->seed, limit);
}
static bool once_in(unsigned long times) {
    return below(times) == 0;
}

/* Mostly whole pages inside the area; sometimes nonsense. */
static size_t random_offset(void) {
    return once_in(40) ? below(AREA) : below(AREA_PAGES) * PAGE;
}
static size_t random_size(size_t offset) {
    size_t left = offset < AREA ? AREA - offset : PAGE;
    static const size_t odd[] = {0,
                                 1,
                                 PAGE - 1,
                                 PAGE + 1,
                                 SIZE_MAX,
                                 SIZE_MAX - PAGE + 1,
                                 sizeof(long) > 4 ? SIZE_MAX / 2 : SIZE_MAX - AREA};
    size_t size = once_in(60)   ? odd[below(sizeof odd / sizeof *odd)]
                  : once_in(30) ? (1 + below(AREA_PAGES)) * PAGE
                                : (1 + below(24)) * PAGE - (once_in(10) ? below(PAGE) : 0);
    return size > left && size <= AREA + PAGE ? left : size;
}
static int random_prot(void) {
    static const int prots[] = {PROT_NONE, PROT_READ, PROT_READ | PROT_WRITE, PROT_READ | PROT_EXEC,
                                PROT_READ | PROT_WRITE | PROT_EXEC};
    return once_in(50) ? (int)below(64) : prots[below(5)];
}

struct map_arguments {
    size_t size;
    int prot, flags, fd;
    long offset;
};
static __thread bool
    grew_down; /* there was a MAP_GROWSDOWN mapping: the kernel keeps hints away from it */
static struct map_arguments random_mapping(size_t offset) {
    static const int types[] = {MAP_PRIVATE, MAP_PRIVATE, MAP_SHARED, MAP_SHARED_VALIDATE, 0};
    static const int extras[] = {MAP_NORESERVE, MAP_STACK, MAP_GROWSDOWN,         MAP_POPULATE,
                                 MAP_HUGETLB,   0x800000,  MAP_HUGETLB | 21 << 26};
    bool file = once_in(4);
    struct map_arguments wanted = {random_size(offset), random_prot(),
                                   types[below(once_in(20) ? 5 : 3)], -1, 0};
    wanted.flags |= file ? 0 : MAP_ANONYMOUS;
    wanted.flags |= once_in(6) ? extras[below(sizeof extras / sizeof *extras)] : 0;
    grew_down |= (wanted.flags & MAP_GROWSDOWN) != 0;
    wanted.fd = file ? once_in(30) ? 999 : shared_file : -1;
    wanted.offset = once_in(40) ? (long)below(100000) : (long)(below(SHARED_FILE_PAGES) * PAGE);
    return wanted;
}

/* --- One call, in both areas --- */

#define SAME(a, b, ...)                                                                            \
    do {                                                                                           \
        long a_ = (long)(a), b_ = (long)(b);                                                       \
        CHECK(a_ == b_, "%lx through the linker, %lx from the kernel: %s", a_, b_, doing);         \
    } while (0)

/* What a call of libc returned, as the kernel would: -errno. */
static long as_kernel(long result) {
    return result == -1 ? -errno : result;
}
static long distance_in(const char *area, long result) {
    return result > -PAGE && result < 0 ? result : result - (long)area;
}
static bool is_error(long result) {
    return result > -PAGE && result < 0;
}
static bool is_inside(const char *area, long address) {
    return (size_t)(address - (long)area) < AREA;
}

static long bare_map(char *address, const struct map_arguments *wanted, int flags) {
    long offset = wanted->offset;
    if (BARE_MMAP != SYS_mmap) {
        if (offset % PAGE != 0)
            return -EINVAL;
        offset /= PAGE;
    }
    return bare_syscall(BARE_MMAP, (long)address, (long)wanted->size, wanted->prot, flags,
                        wanted->fd, offset);
}

static void map_at_address(int extra) {
    size_t offset = random_offset();
    struct map_arguments wanted = random_mapping(offset);
    int flags = wanted.flags | extra;
    if (wanted.size > AREA - offset && wanted.size < SIZE_MAX / 2 - PAGE)
        return;
    DOING("mmap at %zx, size %zx, prot %x, flags %x, fd %d, offset %lx", offset, wanted.size,
          (unsigned)wanted.prot, (unsigned)flags, wanted.fd, wanted.offset);
    long a = as_kernel(
        (long)mmap(self->ours + offset, wanted.size, wanted.prot, flags, wanted.fd, wanted.offset));
    long b = bare_map(self->bare + offset, &wanted, flags);
    SAME(distance_in(self->ours, a), distance_in(self->bare, b));
}

static void map_at_hint(void) {
    size_t offset = random_offset();
    struct map_arguments wanted = random_mapping(offset);
    if (wanted.size > AREA - offset && wanted.size < SIZE_MAX / 2 - PAGE)
        return;
    DOING("mmap, hint %zx, size %zx, prot %x, flags %x, fd %d, offset %lx", offset, wanted.size,
          (unsigned)wanted.prot, (unsigned)wanted.flags, wanted.fd, wanted.offset);
    long a = as_kernel((long)mmap(self->ours + offset, wanted.size, wanted.prot, wanted.flags,
                                  wanted.fd, wanted.offset));
    /* Where it goes when the hint cannot be had is each one's own choice: then the bare call gets
     * another. */
    bool elsewhere = !is_error(a) && !is_inside(self->ours, a);
    if (elsewhere) {
        long occupied = bare_map(self->bare + offset, &wanted, wanted.flags | MAP_FIXED_NOREPLACE);
        CHECK(is_error(occupied) || grew_down, "free: %s", doing);
        if (!is_error(occupied))
            bare_munmap((void *)occupied, wanted.size);
    }
    long b = bare_map(elsewhere ? self->scratch : self->bare + offset, &wanted, wanted.flags);
    /* That a mapping grows is not in the kernel's list: after a call was overtaken, nobody keeps
     * hints away. */
    bool forgotten =
        grew_down && !elsewhere && !is_error(b) && !is_inside(self->bare, b) && overtaken() > 0;
    if (is_error(a) || is_error(b))
        SAME(a, b);
    else if (elsewhere || forgotten)
        SAME(munmap((void *)a, wanted.size), bare_munmap((void *)b, wanted.size));
    else
        SAME(distance_in(self->ours, a), distance_in(self->bare, b));
}

static void map_anywhere(void) {
    struct map_arguments wanted = random_mapping(0);
    DOING("mmap, size %zx, prot %x, flags %x, fd %d, offset %lx", wanted.size,
          (unsigned)wanted.prot, (unsigned)wanted.flags, wanted.fd, wanted.offset);
    long a = as_kernel(
        (long)mmap(NULL, wanted.size, wanted.prot, wanted.flags, wanted.fd, wanted.offset));
    long b = bare_map(self->scratch, &wanted, wanted.flags);
    if (is_error(a) || is_error(b)) {
        SAME(a, b);
        return;
    }
    SAME(bare_munmap((void *)b, wanted.size), 0);
    if (wanted.size >= PAGE)
        SAME(mprotect((void *)a, PAGE, PROT_READ), 0);
    SAME(munmap((void *)a, wanted.size), 0);
}

static void unmap(void) {
    size_t offset = random_offset(), size = random_size(offset);
    if (size > AREA - offset && size < SIZE_MAX / 2 - PAGE)
        return;
    DOING("munmap %zx, size %zx", offset, size);
    SAME(as_kernel(munmap(self->ours + offset, size)), bare_munmap(self->bare + offset, size));
}

static void protect_once(size_t offset, size_t size, int prot) {
    DOING("mprotect %zx, size %zx, prot %x", offset, size, (unsigned)prot);
    long a = once_in(4) ? as_kernel(syscall(SYS_mprotect, self->ours + offset, size, prot))
                        : as_kernel(mprotect(self->ours + offset, size, prot));
    SAME(a, bare_syscall(SYS_mprotect, (long)self->bare + (long)offset, (long)size, prot, 0, 0, 0));
}

/* Once or several times, with the same protection or others: the same call again may be told from
 * its arguments. */
static void protect(void) {
    size_t offset = random_offset(), size = random_size(offset);
    int prot = random_prot() | (once_in(50) ? PROT_GROWSDOWN : 0);
    if (size > AREA - offset && size < SIZE_MAX / 2 - PAGE)
        return;
    do {
        protect_once(offset, size, prot);
        prot = once_in(2) ? prot : random_prot();
    } while (once_in(2));
}

static void protect_key(void) {
    size_t offset = random_offset(), size = random_size(offset);
    int prot = random_prot(), key = (int)below(3) - 1;
    if (size > AREA - offset && size < SIZE_MAX / 2 - PAGE)
        return;
    DOING("pkey_mprotect %zx, size %zx, prot %x, key %d", offset, size, (unsigned)prot, key);
    long a = as_kernel(pkey_mprotect(self->ours + offset, size, prot, key));
    long number = key == -1 ? SYS_mprotect : SYS_pkey_mprotect; /* as libc does it */
    SAME(a, bare_syscall(number, (long)self->bare + (long)offset, (long)size, prot, key, 0, 0));
}

static void remap(void) {
    static const int kinds[] = {0,
                                MREMAP_MAYMOVE,
                                MREMAP_MAYMOVE,
                                MREMAP_MAYMOVE | MREMAP_FIXED,
                                MREMAP_MAYMOVE | MREMAP_FIXED,
                                MREMAP_MAYMOVE | 4,
                                MREMAP_MAYMOVE | MREMAP_FIXED | 4,
                                MREMAP_FIXED,
                                16};
    size_t offset = random_offset(), target = random_offset();
    size_t old_size = once_in(10) ? 0 : random_size(offset),
           new_size = once_in(3) ? old_size : random_size(target);
    int flags = kinds[below(sizeof kinds / sizeof *kinds)];
    if ((old_size > AREA - offset && old_size < SIZE_MAX / 2 - PAGE) ||
        (new_size > AREA - larger(offset, target) && new_size < SIZE_MAX / 2 - PAGE))
        return;
    DOING("mremap %zx, size %zx to %zx, flags %x, to %zx", offset, old_size, new_size,
          (unsigned)flags, target);
    bool placed = (flags & (MREMAP_FIXED | 4)) == 4; /* by hint only */
    long a = as_kernel((long)mremap(self->ours + offset, old_size, new_size, flags,
                                    placed ? NULL : self->ours + target));
    long moves = !is_error(a) && !is_inside(self->ours, a) && !placed;
    long old = (long)self->bare + (long)offset;
    long b = bare_syscall(SYS_mremap, old, (long)old_size, (long)new_size,
                          moves ? flags & ~MREMAP_MAYMOVE : flags,
                          placed                        ? (long)self->scratch
                          : (flags & MREMAP_FIXED) != 0 ? (long)self->bare + (long)target
                                                        : 0,
                          0);
    if (moves) { /* out of the area: then it cannot have been done in place */
        CHECK(is_error(b), "moved for no reason: %s", doing);
        b = bare_syscall(SYS_mremap, old, (long)old_size, (long)new_size, flags | MREMAP_FIXED,
                         (long)self->scratch, 0);
    }
    if (is_error(a) || is_error(b)) {
        SAME(a, b);
    } else if (moves || placed) {
        CHECK(b == (long)self->scratch, "%lx: %s", b, doing);
        SAME(munmap((void *)a, new_size), bare_munmap((void *)b, new_size));
    } else {
        SAME(distance_in(self->ours, a), distance_in(self->bare, b));
    }
}

static void attach(void) {
    size_t offset = random_offset();
    int flags =
        (once_in(2) ? SHM_RDONLY : 0) | (once_in(3) ? SHM_REMAP : 0) | (once_in(3) ? SHM_RND : 0);
    if (offset > AREA - 16 * PAGE)
        return;
    if (once_in(3)) {
        char *got = shmat(shared_segment, NULL, flags & SHM_RDONLY);
        CHECK(got != (void *)-1, "shmat: %d", errno);
        SAME(mprotect(got + PAGE, PAGE, PROT_READ), 0);
        SAME(shmdt(got), 0);
        return;
    }
    DOING("shmat %zx, flags %x", offset, (unsigned)flags);
    long a = as_kernel((long)shmat(shared_segment, self->ours + offset, flags));
    long b =
        bare_syscall(SYS_shmat, shared_segment, (long)self->bare + (long)offset, flags, 0, 0, 0);
    SAME(distance_in(self->ours, a), distance_in(self->bare, b));
    if (is_error(a) || once_in(2))
        return;
    if (once_in(2)) { /* what replaced a part of it stays, what lies beyond goes */
        size_t page = below(3) * PAGE;
        int prot = random_prot() & 7, fixed = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
        DOING("shmat %zx, a page over it at %zx, shmdt", offset, page);
        SAME(distance_in((char *)a, (long)mmap((char *)a + page, PAGE, prot, fixed, -1, 0)),
             distance_in((char *)b, (long)bare_mmap((char *)b + page, PAGE, prot, fixed, -1, 0)));
    }
    SAME(as_kernel(shmdt((void *)a)), bare_syscall(SYS_shmdt, b, 0, 0, 0, 0, 0));
}

static void remap_pages(void) {
    size_t offset = random_offset(), size = random_size(offset), page = below(8);
    if (size > AREA - offset && size < SIZE_MAX / 2 - PAGE)
        return;
    DOING("remap_file_pages %zx, size %zx, page %zx", offset, size, page);
    SAME(as_kernel(remap_file_pages(self->ours + offset, size, 0, page, 0)),
         bare_syscall(SYS_remap_file_pages, (long)self->bare + (long)offset, (long)size, 0,
                      (long)page, 0, 0));
}

static void advise(void) {
    size_t offset = random_offset(), size = random_size(offset);
    static const int advices[] = {MADV_DONTNEED, MADV_NORMAL, MADV_WILLNEED, 99};
    int advice = advices[below(4)];
    if (size > AREA - offset) /* it would go on behind holes */
        return;
    DOING("madvise %zx, size %zx, advice %d", offset, size, advice);
    SAME(as_kernel(madvise(self->ours + offset, size, advice)),
         bare_syscall(SYS_madvise, (long)self->bare + (long)offset, (long)size, advice, 0, 0, 0));
}

static void chaos(void) {
    size_t offset = below(AREA_PAGES) * PAGE, size = (1 + below(16)) * PAGE;
    char *address = common_area + offset;
    size = smaller(size, AREA - offset);
    switch (below(4)) {
    case 0:
        munmap(address, size);
        break;
    case 1:
        mprotect(address, size, random_prot() & 7);
        break;
    case 2:
        mmap(address, size, random_prot() & 7, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
             -1, 0);
        break;
    default:
        mmap(address, size, random_prot() & 7, MAP_SHARED | MAP_FIXED, shared_file, 0);
    }
}

static void operate(void) {
    switch (below(17)) {
    case 0:
    case 1:
        map_at_address(MAP_FIXED);
        break;
    case 2:
        map_at_address(MAP_FIXED_NOREPLACE);
        break;
    case 3:
        map_at_hint();
        break;
    case 4:
    case 5:
        map_anywhere();
        break;
    case 6:
    case 7:
        unmap();
        break;
    case 8:
    case 9:
        protect();
        break;
    case 10:
        protect_key();
        break;
    case 11:
    case 12:
        remap();
        break;
    case 13:
        attach();
        break;
    case 14:
        advise();
        break;
    case 15:
        remap_pages();
        break;
    default:
        chaos();
    }
}

/* --- Signals --- */

/* Maps, protects and unmaps in the middle of whatever the thread was doing. */
static void on_signal(int number) {
    static volatile unsigned counter;
    int saved = errno;
    unsigned turn = counter++;
    char *got = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    (void)number;
    CHECK(got != MAP_FAILED, "mmap in a handler: %d", errno);
    mprotect(got, PAGE, PROT_READ);
    munmap(got + PAGE, PAGE);
    if (self != NULL) {
        char *page = self->signalled + turn % 64 * PAGE;
        mmap(page, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
        munmap(self->signalled + turn % 37 * PAGE, PAGE);
    }
    munmap(got, PAGE);
    munmap(got + 2 * PAGE, PAGE);
    errno = saved;
}

static volatile int stop_signals;
static void *send_signals(void *unused) {
    uint64_t seed = 4711;
    while (!stop_signals) {
        const struct worker *worker = &workers[chance_below(&seed, THREADS)];
        syscall(SYS_tgkill, getpid(), worker->tid, SIGUSR1);
        usleep((useconds_t)chance_below(&seed, 300));
    }
    return unused;
}

/* --- Children --- */

static void in_child(void) {
    overtaken(); /* the first call in the child, which may have to look after what was going on */
    compare_all("in a forked child");
    for (int i = 0; i < 20; ++i)
        operate();
    compare_areas();
    compare_all("in a forked child, later");
    _exit(0);
}

static void fork_child(void) {
    pid_t child = fork();
    CHECK(child >= 0, "fork: %d", errno);
    if (child == 0)
        in_child();
    int status;
    while (waitpid(child, &status, 0) < 0)
        CHECK(errno == EINTR, "waitpid: %d", errno);
    CHECK(status == 0, "the child ended with status %x", (unsigned)status);
}

static int in_clone(void *argument) {
    char *address = argument;
    void *got = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(address, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    munmap(got, PAGE);
    return 0;
}
/* A child that shares the address space. */
static void share_child(void) {
    static __thread char stack[64 << 10] __attribute__((aligned(16)));
    int status;
    pid_t child =
        clone(in_clone, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, self->signalled);
    CHECK(child > 0, "clone: %d", errno);
    while (waitpid(child, &status, 0) < 0)
        CHECK(errno == EINTR, "waitpid: %d", errno);
}

/* --- The threads --- */

static pthread_barrier_t barrier;

static void *work(void *argument) {
    self = argument;
    self->tid = (pid_t)syscall(SYS_gettid);
    if (self->number % 2 == 0) {
        stack_t alternate = {.ss_sp = malloc(64 << 10), .ss_size = 64 << 10};
        sigaltstack(&alternate, NULL);
    }
    pthread_barrier_wait(&barrier);
    for (long i = 1; i <= self->operations; ++i) {
        operate();
        if (i % 64 == 0)
            compare_areas();
        if (i % 1500 == 10L * self->number)
            fork_child();
        if (i % 700 == 0)
            share_child();
        if (i % 2000 == 0) { /* no thread is inside a call, no handler either */
            sigset_t blocked, before;
            sigfillset(&blocked);
            pthread_sigmask(SIG_BLOCK, &blocked, &before);
            pthread_barrier_wait(&barrier);
            if (self->number == (int)(i / 2000 % THREADS))
                compare_all("checkpoint");
            pthread_barrier_wait(&barrier);
            pthread_sigmask(SIG_SETMASK, &before, NULL);
        }
    }
    return NULL;
}

/* Below 1 GiB, where the policy of this test places nothing; nor does the kernel as long as there
 * is room. */
static char *next_area(void) {
    static char *next = (char *)0x10000000;
    next += 2 * AREA;
    return next;
}
static char *area(bool bare) {
    char *next = next_area();
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE;
    char *got = bare ? bare_mmap(next, AREA, PROT_NONE, flags, -1, 0)
                     : mmap(next, AREA, PROT_NONE, flags, -1, 0);
    CHECK(got == next, "no area at %p", (void *)next);
    return got;
}

int main(int argc, char **argv) {
    long operations = argc > 1 ? atol(argv[1]) : 40000;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
    pthread_t signaller;
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_ONSTACK | SA_RESTART};
    lists_init();
    before_difference = print_done;
    shared_file = memfd_create("property", 0);
    CHECK(ftruncate(shared_file, SHARED_FILE_PAGES * PAGE) == 0, "ftruncate");
    shared_segment = shmget(IPC_PRIVATE, 3 * PAGE + 100, IPC_CREAT | 0600);
    CHECK(shared_segment >= 0, "shmget: %d", errno);
    common_area = area(false);
    sigaction(SIGUSR1, &action, NULL);
    pthread_barrier_init(&barrier, NULL, THREADS);
    for (int i = 0; i < THREADS; ++i)
        workers[i] = (struct worker){.number = i,
                                     .seed = seed * 1000003 + (uint64_t)i + 1,
                                     .operations = operations / THREADS,
                                     .ours = area(false),
                                     .bare = area(true),
                                     .signalled = area(false),
                                     .scratch = next_area()};
    for (int i = 0; i < THREADS; ++i)
        CHECK(pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0, "pthread_create");
    usleep(20000);
    pthread_create(&signaller, NULL, send_signals, NULL);
    for (int i = 0; i < THREADS; ++i)
        pthread_join(workers[i].thread, NULL);
    stop_signals = 1;
    pthread_join(signaller, NULL);
    compare_all("at the end");
    shmctl(shared_segment, IPC_RMID, NULL);
    printf("%ld operations agree with the kernel; %u stuck calls overtaken\n", operations,
           overtaken());
    return 0;
}
