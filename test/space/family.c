/* Makes each call of the mmap family, also where bare calls have mapped what the linker did not see, and says
 * what became of it: nothing of that depends on which linker runs it, or on what a filter objects to.
 *
 *   family [confined]   confined: a filter that the program installs itself ends the process at any file that is
 *                       opened, and at any flag that names an address */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../bench/space/bare.h"
#include "check.h"

enum { PAGE = 4096, DONTUNMAP = 4, SHADOW_STACK = 453 };

static void say(const char *what, bool good) {
    int error = errno;
    printf("%s: %s\n", what, good ? "had" : strerror(error));
}

/* Something is there that only the kernel knows of. */
static void surprise(int turn) {
    CHECK(bare_mmap(NULL, (size_t)(1 + turn * 37 % 600) * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
              MAP_FAILED,
          "a bare call");
}

static void load_libraries(void) {
    static const char *const names[] = {"libm.so.6", "libresolv.so.2", "libutil.so.1", "libanl.so.1"};
    for (unsigned i = 0; i < sizeof names / sizeof *names; ++i) {
        surprise((int)i);
        void *library = dlopen(names[i], RTLD_NOW);
        printf("%s: %s\n", names[i], library != NULL ? "loaded" : dlerror());
    }
}

static char *anonymous(size_t size, int flags) {
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
}

static void map(int file) {
    static const int flags[] = {0, MAP_NORESERVE, MAP_STACK};
    for (int i = 0; i < 60; ++i) {
        size_t size = (size_t)PAGE << i % 13;
        if (i % 5 == 0)
            surprise(i);
        char *got = anonymous(size, flags[i % 3]);
        CHECK(got != MAP_FAILED, "mmap: %s", strerror(errno));
        memset(got, i, size < PAGE * 4 ? size : PAGE * 4);
        if (i % 3 == 0)
            CHECK(munmap(got, size) == 0, "munmap");
    }
    say("a shared mapping", mmap(NULL, PAGE, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
    say("a private file", mmap(NULL, 3 * PAGE, PROT_READ, MAP_PRIVATE, file, 0) != MAP_FAILED);
    say("a shared file", mmap(NULL, 3 * PAGE, PROT_READ, MAP_SHARED, file, PAGE) != MAP_FAILED);
    for (int i = 0; i < 3; ++i) {
        say("no file", mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, -1, 0) != MAP_FAILED);
        say("no size", mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
        say("too much", anonymous(SIZE_MAX - ((size_t)1 << 20) + 1, 0) != MAP_FAILED);
    }
}

static void hint(void) {
    char *free_space = anonymous(64 * PAGE, 0);
    munmap(free_space, 64 * PAGE);
    char *got = mmap(free_space, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    say("a hint", got != MAP_FAILED);
    say("where it says", got == free_space || got == MAP_FAILED);
    got = mmap((char *)sbrk(0) + (1 << 20), PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    say("a hint above the break", got != MAP_FAILED);
}

static void move(void) {
    char *memory = anonymous(8 * PAGE, 0);
    munmap(memory + 4 * PAGE, PAGE); /* the rest is in the way */
    memset(memory, 7, 4 * PAGE);
    /* The fifth argument is there for filters that look at it: old glibcs pass whatever its register has. */
    char *moved = mremap(memory, 4 * PAGE, 400 * PAGE, MREMAP_MAYMOVE, NULL);
    say("mremap", moved != MAP_FAILED);
    CHECK(moved[4 * PAGE - 1] == 7, "what was moved");
    char *other = mremap(moved, 400 * PAGE, 400 * PAGE, MREMAP_MAYMOVE | DONTUNMAP, NULL);
    say("and leaving what was there", other != MAP_FAILED);
}

static void attach(int segment) {
    for (int i = 0; i < 3; ++i) {
        surprise(i);
        char *memory = shmat(segment, NULL, 0);
        say("shmat", memory != (char *)-1);
        memory[PAGE] = 1;
        say("shmdt", i == 2 || shmdt(memory) == 0);
    }
    say("an unknown segment", shmat(-1, NULL, 0) != (void *)-1);
    say("map_shadow_stack", sizeof(long) == 8 && syscall(SHADOW_STACK, 0L, (long)PAGE, 0L) != -1);
}

static void *on_thread(void *unused) {
    for (int i = 0; i < 200; ++i) {
        char *memory = anonymous((size_t)(1 + i % 9) * PAGE, 0), *block = malloc((size_t)i * 2000);
        CHECK(memory != MAP_FAILED && block != NULL, "memory for a thread");
        memory[0] = 1;
        munmap(memory, (size_t)(1 + i % 9) * PAGE);
        free(block);
    }
    return unused;
}

static void share(void) {
    pthread_t threads[4];
    for (int i = 0; i < 4; ++i)
        CHECK(pthread_create(&threads[i], NULL, on_thread, NULL) == 0, "a thread");
    pid_t child = fork();
    if (child == 0) {
        on_thread(NULL);
        _exit(0);
    }
    for (int i = 0; i < 4; ++i)
        pthread_join(threads[i], NULL);
    int status = -1;
    waitpid(child, &status, 0);
    printf("a child: %d\n", status);
}

#define LOAD(what) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, what))
#define IS(value, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)(value), 0, no)
#define KILL BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)

static void confine(void) {
    struct sock_filter code[] = {
        LOAD(nr), IS(SYS_openat, 1), KILL, IS(SYS_open, 1), KILL, IS(SYS_sigaltstack, 1), KILL, IS(SYS_ioctl, 1), KILL,
        IS(BARE_MMAP, 3), LOAD(args[3]), BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, MAP_FIXED | MAP_FIXED_NOREPLACE, 0, 1), KILL,
        LOAD(nr), IS(SYS_mremap, 3), LOAD(args[3]), BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, MREMAP_FIXED, 0, 1), KILL,
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {sizeof code / sizeof *code, code};
    CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "no new privileges");
    CHECK(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) == 0, "no filter");
}

int main(int argc, char **argv) {
    static char output[1 << 14];
    mallopt(M_ARENA_MAX, 4); /* else libc reads the number of processors when it makes the third */
    mallopt(M_TRIM_THRESHOLD, 1 << 30); /* else it may read whether memory is overcommitted, to shrink a thread's heap */
    bool confined = argc > 1 && strcmp(argv[1], "confined") == 0;
    setvbuf(stdout, output, _IOFBF, sizeof output);
    int file = memfd_create("family", 0), segment = shmget(IPC_PRIVATE, 5 * PAGE, IPC_CREAT | 0600);
    CHECK(ftruncate(file, 8 * PAGE) == 0 && segment >= 0, "what is mapped");
    load_libraries();
    if (confined) {
        share(); /* a thread's end is to be unwound by a library that is loaded then */
        confine();
    }
    map(file);
    hint();
    move();
    attach(segment);
    say("sbrk", sbrk(5 * PAGE) != (void *)-1);
    share();
    shmctl(segment, IPC_RMID, NULL);
    puts("done");
    fflush(stdout);
    _exit(0);
}
