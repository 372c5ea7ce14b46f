/* See watch.h. One child at a time; a 64-bit tracer of children of either class. */
#define _GNU_SOURCE
#include "watch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t late;
static volatile pid_t child;

static void on_alarm(int number) {
    (void)number;
    late = 1;
    kill(child, SIGSTOP);
}

static void run_child(char *const *argv, char *const *envp) {
    int null = open("/dev/null", O_RDWR);
    dup2(null, 0);
    dup2(null, 1);
    dup2(null, 2);
    struct rlimit none = {0, 0}, memory = {(rlim_t)4 << 30, (rlim_t)4 << 30};
    setrlimit(RLIMIT_CORE, &none);
    setrlimit(RLIMIT_AS, &memory);
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    execve(argv[0], argv, envp);
    _exit(126);
}

/* The base of the linker in the child when `counter` lies in its text, 0 otherwise. */
static unsigned long long linker_base(const char *linker, unsigned long long counter) {
    char name[64], line[4400];
    unsigned long long base = 0;
    int inside = 0;
    snprintf(name, sizeof name, "/proc/%d/maps", (int)child);
    FILE *maps = fopen(name, "r");
    if (maps == NULL)
        return 0;
    while (fgets(line, sizeof line, maps) != NULL) {
        unsigned long long from, to;
        char path[4200] = "", allowed[8] = "";
        if (sscanf(line, "%llx-%llx %7s %*s %*s %*s %4199[^\n]", &from, &to, allowed, path) < 3)
            continue;
        if (strcmp(path, linker) != 0)
            continue;
        if (base == 0)
            base = from;
        inside |= counter >= from && counter < to && allowed[2] == 'x';
    }
    fclose(maps);
    return inside ? base : 0;
}

/* Whether the child stands at an indirect call or jump whose target is no address at all: the fault
 * is the damaged file's (its entry point, its constructor), though the counter is still in the
 * linker. */
static int jumps_nowhere(unsigned long long counter, const siginfo_t *information) {
    if (information->si_signo != SIGSEGV || information->si_code != SI_KERNEL)
        return 0;
    errno = 0;
    unsigned long word = (unsigned long)ptrace(PTRACE_PEEKTEXT, child, (void *)counter, NULL);
    if (errno != 0)
        return 0;
    if ((word & 0xf0) == 0x40)
        word >>= 8; /* a REX prefix */
    unsigned long operation = (word >> 11) & 7;
    return (word & 0xff) == 0xff && (operation == 2 || operation == 4);
}

static struct watched at_stop(const char *linker, int number) {
    struct user_regs_struct registers;
    siginfo_t information;
    struct watched result = {.number = number};
    memset(&information, 0, sizeof information);
    ptrace(PTRACE_GETREGS, child, NULL, &registers);
    ptrace(PTRACE_GETSIGINFO, child, NULL, &information);
    unsigned long long base = linker_base(linker, registers.rip);
    if (base != 0 && jumps_nowhere(registers.rip, &information))
        base = 0;
    result.counter = registers.rip - base;
    result.address = (unsigned long long)(size_t)information.si_addr;
    if (late)
        result.ending = base != 0 ? ENDED_LATE_IN_LINKER : ENDED_LATE_OUTSIDE;
    else
        result.ending = base != 0 ? ENDED_IN_LINKER : ENDED_SIGNAL;
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    return result;
}

static int is_fault(int number) {
    return number == SIGSEGV || number == SIGBUS || number == SIGILL || number == SIGFPE ||
           number == SIGTRAP || number == SIGABRT || number == SIGSYS;
}

struct watched watch(char *const *argv, char *const *envp, const char *linker, unsigned seconds) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_alarm;
    action.sa_flags = SA_RESTART;
    sigaction(SIGALRM, &action, NULL);
    late = 0;
    child = fork();
    if (child == 0)
        run_child(argv, envp);
    alarm(seconds);
    int first = 1;
    for (;;) {
        int status;
        if (waitpid(child, &status, 0) < 0) {
            perror("waitpid");
            exit(2);
        }
        if (WIFEXITED(status) || WIFSIGNALED(status)) {
            alarm(0);
            int number = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
            return (struct watched){WIFEXITED(status) ? ENDED_EXIT : ENDED_SIGNAL, number, 0, 0};
        }
        int number = WSTOPSIG(status);
        if (first && number == SIGTRAP) {
            first = 0; /* the stop that follows execve */
            ptrace(PTRACE_SETOPTIONS, child, NULL, (void *)(long)PTRACE_O_EXITKILL);
            number = 0;
        } else if (is_fault(number) || (late && number == SIGSTOP)) {
            alarm(0);
            return at_stop(linker, number);
        }
        ptrace(PTRACE_CONT, child, NULL, (void *)(long)number);
    }
}
