/* "trace FILE PROGRAM ARGUMENTS": writes every system call of the program and of the processes and
 * threads that it makes to FILE, one a line: number and six arguments. Ends as the program does. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    OPTIONS = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
              PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL
};

static void write_call(FILE *out, pid_t pid) {
    struct __ptrace_syscall_info info;
    if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info) <= 0 ||
        info.op != PTRACE_SYSCALL_INFO_ENTRY)
        return;
    fprintf(out, "%llu", (unsigned long long)info.entry.nr);
    for (int i = 0; i < 6; i++)
        fprintf(out, " %#llx", (unsigned long long)info.entry.args[i]);
    fputc('\n', out);
}

/* The signal that a stopped process is to get: its own, none for what tracing itself stops. */
static int follow(FILE *out, pid_t pid, int status) {
    int signal = WSTOPSIG(status);
    if (signal == (SIGTRAP | 0x80)) {
        write_call(out, pid);
        return 0;
    }
    return signal == SIGTRAP || signal == SIGSTOP ? 0 : signal;
}

int main(int argc, char **argv) {
    FILE *out = argc > 2 ? fopen(argv[1], "we") : NULL;
    if (out == NULL)
        return 125;
    pid_t first = fork();
    if (first == 0) {
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        raise(SIGSTOP);
        execv(argv[2], argv + 2);
        _exit(126);
    }
    int status, result = 125;
    waitpid(first, &status, 0);
    ptrace(PTRACE_SETOPTIONS, first, 0, (long)OPTIONS);
    ptrace(PTRACE_SYSCALL, first, 0, 0);
    for (;;) {
        pid_t pid = waitpid(-1, &status, __WALL);
        if (pid < 0 && errno == ECHILD)
            break;
        if (pid == first && WIFEXITED(status))
            result = WEXITSTATUS(status);
        if (pid > 0 && WIFSTOPPED(status))
            ptrace(PTRACE_SYSCALL, pid, 0, (long)follow(out, pid, status));
    }
    fclose(out);
    return result;
}
