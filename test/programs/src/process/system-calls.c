/* syscall(3) with numbers that have nothing to do with memory: results, errno, and that the call is made in libc
 * (64-bit: on i386 it is made in the vdso): a program may have all others sent to itself. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SET_DISPATCH = 59, DISPATCH_ON = 1, ALLOW = 0, BLOCK = 1 };

static volatile char selector;
static volatile int elsewhere;

/* Meets what comes from outside libc's code: the call is not made, and its result is the number. */
static void on_call(int number, siginfo_t *info, void *context) {
    (void)number, (void)info, (void)context;
    selector = ALLOW;
    elsewhere = 1;
}

/* The executable mapping that holds an address. */
static int code_around(uintptr_t address, unsigned long *start, unsigned long *size) {
    char line[4400];
    FILE *maps = fopen("/proc/self/maps", "re");
    int found = 0;
    while (!found && fgets(line, sizeof line, maps) != NULL) {
        unsigned long end;
        sscanf(line, "%lx-%lx", start, &end);
        *size = end - *start;
        found = *start <= address && address < end;
    }
    fclose(maps);
    return found;
}

static void dispatch(void) {
    unsigned long start, size;
    struct sigaction action = {.sa_sigaction = on_call, .sa_flags = SA_SIGINFO};
    sigaction(SIGSYS, &action, NULL);
    if (sizeof(long) == 4 || !code_around((uintptr_t)dlsym(RTLD_DEFAULT, "write"), &start, &size) ||
        prctl(SET_DISPATCH, DISPATCH_ON, start, size, &selector) != 0) {
        printf("no dispatch\n");
        return;
    }
    selector = BLOCK;
    long id = syscall(SYS_getpid);
    int failed = (int)syscall(SYS_close, -1);
    int error = errno;
    selector = ALLOW;
    printf("%s, %d, %d %s\n", elsewhere ? "elsewhere" : "in libc", id == getpid(), failed, strerror(error));
}

int main(void) {
    char text[6] = "";
    int pipes[2];
    errno = 0;
    printf("%d %d\n", (int)syscall(SYS_close, -1), errno == EBADF);
    printf("%d\n", (int)syscall(SYS_pipe2, pipes, O_CLOEXEC));
    printf("%d", (int)syscall(SYS_write, pipes[1], "hello", 5));
    printf(" %d %s\n", (int)syscall(SYS_read, pipes[0], text, 5), text);
    printf("%d\n", syscall(SYS_getpid) == getpid());
    /* Six arguments: splice from nothing. */
    printf("%d %d\n", (int)syscall(SYS_splice, pipes[0], NULL, -1, NULL, 1, 0), errno == EBADF);
    printf("%d %d\n", (int)syscall(-1), errno == ENOSYS);
    dispatch();
    return 0;
}
