/* replay TABLE PLACES PROGRAM [ARGUMENT...]: runs PROGRAM on a processor of one's choice.
 *
 * PLACES has a line for each CPUID and XGETBV instruction of PROGRAM: `cpuid ADDRESS` or `xgetbv
 * ADDRESS`, as the disassembler prints them. `show ADDRESS LENGTH`, once, is memory that is printed
 * when PROGRAM first writes: a line `memory HEXADECIMAL` of LENGTH bytes. Each is replaced by a breakpoint, and what the
 * instruction would have answered comes from TABLE: lines `LEAF SUBLEAF EAX EBX ECX EDX`, and `xcr0
 * VALUE`; leaves that are not there are zeros, as on AMD. All numbers are hexadecimal. PROGRAM has
 * to be position-independent with its first segment at 0. Status: the program's; 125 when the
 * replay itself failed. */
#define _GNU_SOURCE
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 512, FAILED = 125, LENGTH_CPUID = 2, LENGTH_XGETBV = 3 };
enum { USER_CS_32 = 0x23 };

static struct {
    uint32_t leaf, subleaf, words[4];
} leaves[MOST];
static size_t leaf_count;
static uint64_t xcr0;

static struct {
    uint64_t offset;
    int length;
    long original;
} stops[MOST];
static size_t stop_count;

static uint64_t shown_offset, shown_length;

static _Noreturn void fail(const char *what) {
    perror(what);
    exit(FAILED);
}

static void read_table(const char *path) {
    char line[256];
    FILE *file = fopen(path, "r");
    if (file == NULL)
        fail(path);
    while (fgets(line, sizeof line, file) != NULL && leaf_count < MOST) {
        uint32_t *words = leaves[leaf_count].words;
        if (sscanf(line, "xcr0 %lx", &xcr0) == 1)
            continue;
        if (sscanf(line, "%x %x %x %x %x %x", &leaves[leaf_count].leaf, &leaves[leaf_count].subleaf,
                   &words[0], &words[1], &words[2], &words[3]) == 6)
            ++leaf_count;
    }
    fclose(file);
}

static void read_places(const char *path) {
    char name[16];
    uint64_t offset;
    FILE *file = fopen(path, "r");
    if (file == NULL)
        fail(path);
    while (stop_count < MOST && fscanf(file, "%15s %lx", name, &offset) == 2) {
        if (strcmp(name, "show") == 0) {
            shown_offset = offset;
            if (fscanf(file, "%lx", &shown_length) != 1)
                shown_length = 0;
            continue;
        }
        stops[stop_count].offset = offset;
        stops[stop_count++].length = strcmp(name, "cpuid") == 0 ? LENGTH_CPUID : LENGTH_XGETBV;
    }
    fclose(file);
}

/* Where the program's first byte lies. */
static uint64_t base_of(pid_t pid, const char *program) {
    char path[64], line[PATH_MAX + 128], file[PATH_MAX], real[PATH_MAX];
    uint64_t start;
    snprintf(path, sizeof path, "/proc/%d/maps", pid);
    FILE *maps = fopen(path, "r");
    if (maps == NULL || realpath(program, real) == NULL)
        fail(program);
    while (fgets(line, sizeof line, maps) != NULL) {
        if (sscanf(line, "%lx-%*x %*s %*x %*s %*u %s", &start, file) == 2 &&
            strcmp(file, real) == 0) {
            fclose(maps);
            return start;
        }
    }
    fprintf(stderr, "%s is not mapped\n", program);
    exit(FAILED);
}

static void set_stops(pid_t pid, uint64_t base) {
    for (size_t i = 0; i < stop_count; ++i) {
        void *place = (void *)(base + stops[i].offset);
        stops[i].original = ptrace(PTRACE_PEEKTEXT, pid, place, NULL);
        if (ptrace(PTRACE_POKETEXT, pid, place, (void *)((stops[i].original & ~0xffl) | 0xcc)) != 0)
            fail("breakpoint");
    }
}

/* In the reverse order: words of neighbours overlap. */
static void remove_stops(pid_t pid, uint64_t base) {
    for (size_t i = stop_count; i-- > 0;)
        ptrace(PTRACE_POKETEXT, pid, (void *)(base + stops[i].offset), (void *)stops[i].original);
}

/* Whether ECX chooses among several answers of a leaf. For all others the processor takes no notice
 * of it. */
static int has_subleaves(uint32_t leaf) {
    static const uint32_t numbered[] = {4, 7, 0xb, 0xd, 0x14, 0x24, 0x8000001d};
    for (size_t i = 0; i < sizeof numbered / sizeof numbered[0]; ++i)
        if (numbered[i] == leaf)
            return 1;
    return 0;
}

static void answer_cpuid(struct user_regs_struct *regs) {
    uint32_t leaf = (uint32_t)regs->rax, subleaf = (uint32_t)regs->rcx;
    const uint32_t *words = (const uint32_t[4]){0};
    for (size_t i = 0; i < leaf_count; ++i)
        if (leaves[i].leaf == leaf && (leaves[i].subleaf == subleaf || !has_subleaves(leaf)))
            words = leaves[i].words;
    regs->rax = words[0];
    regs->rbx = words[1];
    regs->rcx = words[2];
    regs->rdx = words[3];
}

/* Answers the instruction that the process has just met. False: it was none of ours. */
static int answer(pid_t pid, uint64_t base) {
    struct user_regs_struct regs;
    ptrace(PTRACE_GETREGS, pid, NULL, &regs);
    for (size_t i = 0; i < stop_count; ++i) {
        if (regs.rip != base + stops[i].offset + 1)
            continue;
        if (stops[i].length == LENGTH_CPUID) {
            answer_cpuid(&regs);
        } else {
            regs.rax = (uint32_t)xcr0;
            regs.rdx = xcr0 >> 32;
        }
        regs.rip += (uint64_t)stops[i].length - 1;
        ptrace(PTRACE_SETREGS, pid, NULL, &regs);
        return 1;
    }
    return 0;
}

/* Whether the process has stopped to write (SYS_write, SYS_writev). */
static int writes(pid_t pid) {
    struct user_regs_struct regs;
    ptrace(PTRACE_GETREGS, pid, NULL, &regs);
    if (regs.cs == USER_CS_32)
        return regs.orig_rax == 4 || regs.orig_rax == 146;
    return regs.orig_rax == 1 || regs.orig_rax == 20;
}

static void show(pid_t pid, uint64_t base) {
    if (shown_length == 0)
        return;
    printf("memory ");
    for (uint64_t i = 0; i < shown_length; ++i) {
        long word = ptrace(PTRACE_PEEKDATA, pid, (void *)(base + shown_offset + i), NULL);
        printf("%02x", (unsigned)word & 0xff);
    }
    printf("\n");
    fflush(stdout);
}

/* Until the first write the linker finds out about the processor. After it newer ones print all
 * that CPUID says, which is thousands of leaves: those are not replayed. */
static int follow(pid_t pid, uint64_t base) {
    int status;
    enum __ptrace_request how = PTRACE_SYSCALL;
    for (int signal = 0;;) {
        ptrace(how, pid, NULL, (void *)(intptr_t)signal);
        waitpid(pid, &status, 0);
        if (WIFEXITED(status))
            return WEXITSTATUS(status);
        if (WIFSIGNALED(status)) {
            fprintf(stderr, "died of signal %d\n", WTERMSIG(status));
            return FAILED;
        }
        signal = WSTOPSIG(status);
        if (signal == (SIGTRAP | 0x80) && writes(pid)) {
            remove_stops(pid, base);
            show(pid, base);
            how = PTRACE_CONT;
        }
        if (signal == (SIGTRAP | 0x80) || (signal == SIGTRAP && answer(pid, base)))
            signal = 0;
    }
}

int main(int argc, char **argv) {
    if (argc < 4) {
        fprintf(stderr, "usage: replay TABLE PLACES PROGRAM [ARGUMENT...]\n");
        return FAILED;
    }
    read_table(argv[1]);
    read_places(argv[2]);
    pid_t pid = fork();
    if (pid == 0) {
        ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        execv(argv[3], argv + 3);
        fail(argv[3]);
    }
    waitpid(pid, NULL, 0);
    ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
    uint64_t base = base_of(pid, argv[3]);
    set_stops(pid, base);
    return follow(pid, base);
}
