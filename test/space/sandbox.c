/* Runs a program under a seccomp filter that is in force from its start.
 *
 *   sandbox flags PROGRAM ARGUMENTS...            a flag of the mmap family that neither glibc's linker nor the
 *                                                 program of the test gives ends the process
 *   sandbox addresses ERRNO PROGRAM ARGUMENTS...  a call that could be placed anywhere fails at every address
 *   sandbox calls PROGRAM ARGUMENTS...            a call that glibc does not make ends the process
 *
 * Knows the numbers of its own architecture: a program of the other one is not filtered. */
#define _GNU_SOURCE
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../../bench/space/bare.h"
#include "check.h"

enum { SHADOW_STACK = 453, WIPEONFORK = 18 };
#ifdef __x86_64__
enum { OWN = AUDIT_ARCH_X86_64 };
#else
enum { OWN = AUDIT_ARCH_I386 };
#endif

static struct sock_filter code[128];
static unsigned short length;

static void add(unsigned short what, unsigned value, unsigned char yes, unsigned char no) {
    code[length++] = (struct sock_filter)BPF_JUMP(what, value, yes, no);
}
/* The low or the high half of an argument. */
static void load(int argument, int half) {
    add(BPF_LD | BPF_W | BPF_ABS, (unsigned)offsetof(struct seccomp_data, args[argument]) + 4 * half, 0, 0);
}
/* Goes on with the next rule, at the end of these `steps`, unless the number is this. */
static void begin(long number, unsigned char steps) {
    add(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr), 0, 0);
    add(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)number, 0, steps);
}
static void end(unsigned action) {
    add(BPF_RET | BPF_K, action, 0, 0);
}

/* One of the bits in an argument. */
static void refuse_bits(long number, int argument, unsigned bits, unsigned action) {
    begin(number, 3);
    load(argument, 0);
    add(BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1);
    end(action);
}

/* Any address, unless one of the bits in another argument is set. */
static void refuse_address(long number, int address, int argument, unsigned unless, unsigned action) {
    begin(number, 7);
    load(argument, 0);
    add(BPF_JMP | BPF_JSET | BPF_K, unless, 5, 0);
    load(address, 0);
    add(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 2);
    load(address, 1);
    add(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0);
    end(action);
}

static void refuse_call(long number, unsigned action) {
    begin(number, 1);
    end(action);
}

static void refuse_value(long number, int argument, unsigned value, unsigned action) {
    begin(number, 3);
    load(argument, 0);
    add(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
    end(action);
}

static void flags(void) {
    enum {
        KNOWN = MAP_SHARED | MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS | MAP_DENYWRITE | MAP_NORESERVE | MAP_STACK,
    };
    refuse_bits(BARE_MMAP, 3, ~(unsigned)KNOWN, SECCOMP_RET_KILL_PROCESS);
    refuse_bits(SYS_mremap, 3, MREMAP_FIXED, SECCOMP_RET_KILL_PROCESS);
    refuse_bits(SYS_shmat, 2, SHM_REMAP, SECCOMP_RET_KILL_PROCESS);
}

static void addresses(unsigned error) {
    unsigned action = SECCOMP_RET_ERRNO | error;
    refuse_address(BARE_MMAP, 0, 3, MAP_FIXED, action);
    refuse_address(SYS_mremap, 4, 3, MREMAP_FIXED, action);
    refuse_address(SYS_shmat, 1, 2, 0, action);
    refuse_address(SHADOW_STACK, 0, 2, 0, action);
}

static void calls(void) {
    refuse_call(SYS_personality, SECCOMP_RET_KILL_PROCESS);
    refuse_call(SYS_sigaltstack, SECCOMP_RET_KILL_PROCESS);
    refuse_call(SYS_ioctl, SECCOMP_RET_KILL_PROCESS);
    refuse_value(SYS_madvise, 2, WIPEONFORK, SECCOMP_RET_KILL_PROCESS);
}

int main(int argc, char **argv) {
    CHECK(argc > 2, "usage");
    char **program = argv + 2;
    add(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch), 0, 0);
    add(BPF_JMP | BPF_JEQ | BPF_K, OWN, 1, 0);
    end(SECCOMP_RET_ALLOW);
    if (strcmp(argv[1], "flags") == 0) {
        flags();
    } else if (strcmp(argv[1], "calls") == 0) {
        calls();
    } else {
        addresses((unsigned)atoi(*program++));
    }
    end(SECCOMP_RET_ALLOW);
    struct sock_fprog filter = {length, code};
    CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "no new privileges");
    CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0, "no filter");
    execv(program[0], program);
    CHECK(false, "cannot run %s", program[0]);
}
