/* Watches from outside where the system calls of the mmap family come from.
 *
 * Usage: watch LINKER COMMAND [ARGUMENT...]
 *
 * Runs the command and stops it, its threads and its children at every call of the family (a seccomp filter
 * chooses them, ptrace sees them). A call whose instruction lies outside the mapping of LINKER, in a process
 * that has LINKER mapped, is printed. Exit status 0: there was none, and there was at least one call; 1: there
 * was one; 2: the command failed or nothing could be watched. Of madvise only the advice that changes the layout
 * of children counts. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MADV_DONTFORK_ADVICE = 10, IPC_SHMAT = 21, IPC_SHMDT = 22 };

struct call {
    int number;
    const char *name;
};
static const struct call calls64[] = {
    {9, "mmap"},   {10, "mprotect"},       {11, "munmap"},            {12, "brk"},
    {25, "mremap"}, {28, "madvise"},        {30, "shmat"},             {67, "shmdt"},
    {216, "remap_file_pages"}, {329, "pkey_mprotect"}, {453, "map_shadow_stack"}, {462, "mseal"},
};
static const struct call calls32[] = {
    {45, "brk"},      {90, "old mmap"}, {91, "munmap"},  {117, "ipc"},
    {125, "mprotect"}, {163, "mremap"},  {192, "mmap2"}, {219, "madvise"},
    {257, "remap_file_pages"}, {380, "pkey_mprotect"}, {397, "shmat"}, {398, "shmdt"}, {462, "mseal"},
};
enum { CALLS64 = sizeof calls64 / sizeof *calls64, CALLS32 = sizeof calls32 / sizeof *calls32 };

/* RET_TRACE for the calls of either table, by architecture; everything else is allowed. */
static void install_filter(void) {
    struct sock_filter filter[8 + 2 * (CALLS64 + CALLS32)];
    unsigned n = 0;
    filter[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
    unsigned to_32 = n;
    filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_I386, 0, 0);
    filter[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (unsigned i = 0; i < CALLS64; ++i) {
        filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)calls64[i].number, 0, 1);
        filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
    }
    filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    filter[to_32].jt = (unsigned char)(n - to_32 - 1);
    filter[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (unsigned i = 0; i < CALLS32; ++i) {
        filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)calls32[i].number, 0, 1);
        filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
    }
    filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    struct sock_fprog program = {(unsigned short)n, filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        perror("watch: seccomp");
        _exit(2);
    }
}

static const char *linker;      /* as /proc/PID/maps shows it */
static long seen, outside;
static pid_t foreign[4096];     /* processes that have another linker, until they exec */
static unsigned foreign_count;

/* The file and offset that an address lies in; whether that file is the linker. `*mapped`: the process has
 * the linker at all. */
static bool find(pid_t pid, uintptr_t address, char *where, size_t size, bool *mapped) {
    char path[64], line[4400];
    bool inside = false;
    snprintf(path, sizeof path, "/proc/%d/maps", pid);
    snprintf(where, size, "unmapped memory");
    *mapped = false;
    FILE *maps = fopen(path, "re");
    while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
        unsigned long start, end, offset;
        int name = 0;
        sscanf(line, "%lx-%lx %*s %lx %*s %*s %n", &start, &end, &offset, &name);
        line[strcspn(line, "\n")] = '\0';
        bool is_linker = strcmp(line + name, linker) == 0;
        *mapped |= is_linker;
        if (start <= address && address < end) {
            inside = is_linker;
            snprintf(where, size, "%s+%lx", line[name] != '\0' ? line + name : "anonymous memory",
                     address - start + offset);
        }
    }
    if (maps != NULL) {
        fclose(maps);
    }
    return inside;
}

struct registers {
    bool is_32;
    long number, arguments[3];
    uintptr_t instruction;
};

/* On i386 the instruction lies in the vdso; who called that is on the stack, above three saved registers. */
static bool read_registers(pid_t pid, struct registers *result) {
    union {
        struct user_regs_struct wide;
        uint32_t narrow[17]; /* ebx ecx edx esi edi ebp eax ds es fs gs orig_eax eip cs eflags esp ss */
    } registers;
    struct iovec area = {&registers, sizeof registers};
    if (ptrace(PTRACE_GETREGSET, pid, (void *)1, &area) != 0) {
        return false;
    }
    result->is_32 = area.iov_len == sizeof registers.narrow;
    if (!result->is_32) {
        const struct user_regs_struct *wide = &registers.wide;
        *result = (struct registers){false, (long)wide->orig_rax, {(long)wide->rdi, (long)wide->rsi, (long)wide->rdx},
                                     wide->rip};
        return true;
    }
    const uint32_t *narrow = registers.narrow;
    *result = (struct registers){true, narrow[11], {narrow[0], narrow[1], narrow[2]}, narrow[12]};
    char where[4400];
    bool mapped;
    find(pid, result->instruction, where, sizeof where, &mapped);
    if (strncmp(where, "[vdso]", 6) == 0) {
        result->instruction = (uint32_t)ptrace(PTRACE_PEEKDATA, pid, (void *)(uintptr_t)(narrow[15] + 12), 0);
    }
    return true;
}

static const char *name_of(const struct registers *registers) {
    const struct call *calls = registers->is_32 ? calls32 : calls64;
    for (int i = 0; i < (registers->is_32 ? CALLS32 : CALLS64); ++i) {
        if (calls[i].number == registers->number) {
            return calls[i].name;
        }
    }
    return "?";
}

static bool counts(const struct registers *registers, const char *name) {
    if (strcmp(name, "madvise") == 0) {
        return registers->arguments[2] == MADV_DONTFORK_ADVICE;
    }
    long ipc = registers->arguments[0] & 0xffff;
    return strcmp(name, "ipc") != 0 || ipc == IPC_SHMAT || ipc == IPC_SHMDT;
}

static bool is_foreign(pid_t pid, bool forget) {
    for (unsigned i = 0; i < foreign_count; ++i) {
        if (foreign[i] == pid) {
            if (forget) {
                foreign[i] = foreign[--foreign_count];
            }
            return true;
        }
    }
    return false;
}

static void look_at_call(pid_t pid) {
    struct registers registers;
    char where[4400];
    bool mapped;
    if (is_foreign(pid, false) || !read_registers(pid, &registers)) {
        return;
    }
    const char *name = name_of(&registers);
    if (!counts(&registers, name)) {
        return;
    }
    bool inside = find(pid, registers.instruction, where, sizeof where, &mapped);
    if (!mapped) {
        if (foreign_count < sizeof foreign / sizeof *foreign) {
            foreign[foreign_count++] = pid;
        }
        return;
    }
    ++seen;
    if (!inside) {
        ++outside;
        fprintf(stderr, "watch: process %d: %s from %s\n", pid, name, where);
    }
}

static int watch(pid_t first) {
    int status, result = 2;
    for (pid_t pid; (pid = waitpid(-1, &status, __WALL)) > 0;) {
        if (WIFEXITED(status) || WIFSIGNALED(status)) {
            is_foreign(pid, true);
            if (pid == first) {
                result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            }
            continue;
        }
        int signal_number = WSTOPSIG(status), event = status >> 16;
        if (event == PTRACE_EVENT_SECCOMP) {
            look_at_call(pid);
        } else if (event == PTRACE_EVENT_EXEC) {
            is_foreign(pid, true);
        }
        bool group_stop = event == PTRACE_EVENT_STOP && signal_number != SIGTRAP;
        if (group_stop) {
            ptrace(PTRACE_LISTEN, pid, 0, 0);
        } else {
            ptrace(PTRACE_CONT, pid, 0, event != 0 ? 0 : signal_number);
        }
    }
    return result;
}

int main(int argc, char **argv) {
    if (argc < 3 || (linker = realpath(argv[1], NULL)) == NULL) {
        fprintf(stderr, "usage: watch LINKER COMMAND [ARGUMENT...]\n");
        return 2;
    }
    int ready[2];
    if (pipe(ready) != 0) {
        return 2;
    }
    pid_t child = fork();
    if (child == 0) {
        char go;
        close(ready[1]);
        if (read(ready[0], &go, 1) != 1) {
            _exit(2);
        }
        close(ready[0]);
        install_filter();
        /* This filter stops nobody: the linker may write libc's entries behind it. */
        setenv("WINE_LD_ENTRIES", "write", 1);
        execvp(argv[2], argv + 2);
        perror(argv[2]);
        _exit(127);
    }
    close(ready[0]);
    long options = PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
                   PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
    if (ptrace(PTRACE_SEIZE, child, 0, options) != 0) {
        perror("watch: ptrace");
        return 2;
    }
    if (write(ready[1], "g", 1) != 1) {
        return 2;
    }
    close(ready[1]);
    int result = watch(child);
    fprintf(stderr, "watch: %ld calls, %ld from outside the linker; exit status %d\n", seen, outside, result);
    return outside != 0 ? 1 : seen == 0 || result != 0 ? 2 : 0;
}
