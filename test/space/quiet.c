/* That calls which are refused, and others that the tracker learns little from, make no system calls of their own: under
 * any linker. A filter traps those that the linker could make (the filter is set by a bare call, so that nobody knows of it).
 * Prints what the calls gave and how many were trapped. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <ucontext.h>
#include <unistd.h>

#include "../../bench/space/bare.h"

enum { PAGE = 4096, RW = PROT_READ | PROT_WRITE, ANONYMOUS = MAP_PRIVATE | MAP_ANONYMOUS };

static volatile int trapped;

static void on_trap(int number, siginfo_t *info, void *context) {
    ucontext_t *state = context;
    (void)number;
    (void)info;
    ++trapped;
#ifdef __x86_64__
    state->uc_mcontext.gregs[REG_RAX] = -ENOSYS;
#else
    state->uc_mcontext.gregs[REG_EAX] = -ENOSYS;
#endif
}

static void trap(void) {
    const struct sigaction action = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO | SA_NODEFER};
    static struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 4, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_open, 3, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_rt_sigprocmask, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
    };
    static struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
    sigaction(SIGSYS, &action, NULL);
    bare_syscall(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0);
    if (bare_syscall(SYS_prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, (long)&program, 0, 0, 0) != 0)
        puts("no filter");
}

/* What a call gave, and what was trapped in it. */
static void tell(const char *name, intptr_t result, int errors) {
    printf("%s: %s %d, trapped %d\n", name, result == -1 ? "errno" : "works", result == -1 ? errors : 0, trapped);
    trapped = 0;
}
#define TELL(name, call)                    \
    do {                                    \
        errno = 0;                          \
        intptr_t result = (intptr_t)(call); \
        tell(name, result, errno);          \
    } while (0)

int main(void) {
    int file = open("/proc/self/exe", O_RDONLY);
    int segment = shmget(IPC_PRIVATE, 8 * PAGE, IPC_CREAT | 0600);
    char *area = mmap(NULL, 16 * PAGE, RW, ANONYMOUS, -1, 0);
    char *shared = mmap(NULL, PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    char *unwritable = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, file, 0);
    munmap(area + 8 * PAGE, 8 * PAGE);
    trap();
    TELL("mprotect, odd", mprotect(area + 1, PAGE, PROT_READ));
    TELL("mprotect, bits", mprotect(area, PAGE, 0x7000));
    TELL("mprotect beyond", mprotect(area, 12 * PAGE, PROT_READ));
    TELL("mprotect of a file", mprotect(unwritable, PAGE, RW));
    TELL("mprotect, grows", mprotect(area, PAGE, PROT_READ | PROT_GROWSDOWN));
    TELL("pkey_mprotect", pkey_mprotect(area, 12 * PAGE, PROT_READ, -1));
    TELL("mremap of free space", mremap(area + 10 * PAGE, PAGE, 2 * PAGE, MREMAP_MAYMOVE));
    TELL("mremap, walled", mremap(area, PAGE, 2 * PAGE, 0));
    TELL("mremap, overlap", mremap(area, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, area + PAGE));
    TELL("munmap, odd", munmap(area + 1, PAGE));
    TELL("remap_file_pages", remap_file_pages(shared, PAGE, 0, 0, 0));
    TELL("remap_file_pages, private", remap_file_pages(area, PAGE, 0, 0, 0));
    void *memory = shmat(segment, NULL, 0);
    TELL("shmat", memory == (void *)-1 ? -1 : 0);
    TELL("shmat, taken", shmat(segment, area, 0));
    TELL("shmdt", shmdt(memory));
    TELL("shmdt again", shmdt(memory));
    TELL("dlsym", dlsym(RTLD_DEFAULT, "no_such_name") == NULL ? 0 : -1);
    TELL("dlerror", dlerror() != NULL ? 0 : -1);
    shmctl(segment, IPC_RMID, NULL);
    return 0;
}
