/* Runs a program to which something is refused.
 *
 * Usage: refuse WORD... -- PROGRAM [ARGUMENT...]
 *
 * Words: "mdwe" (PR_SET_MDWE), "data=KILOBYTES" (RLIMIT_DATA), "executable", "writable" (an mprotect that asks for
 * this right), "write-file" (pwrite64), "errno=NUMBER" (what is answered, EPERM if nothing is said), "kill" (instead
 * of an answer). Exit status 125: cannot be refused here. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

enum { UNABLE = 125, SET_MDWE = 65, RIGHT_TO_WRITE = 2, RIGHT_TO_EXECUTE = 4, RULES = 8 };

/* A call by its number on each architecture, and which bits of its third argument are meant, 0: any. */
struct rule {
    unsigned number64, number32, bits;
};

static void fail(const char *what) {
    perror(what);
    exit(UNABLE);
}

static unsigned add(struct sock_filter *filter, unsigned n, const struct rule *rules, unsigned count, int is_32,
                    unsigned answer) {
    filter[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (unsigned i = 0; i < count; ++i) {
        unsigned number = is_32 ? rules[i].number32 : rules[i].number64;
        filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 4);
        filter[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2]));
        filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, rules[i].bits, 0, 1);
        filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, answer);
        filter[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    }
    filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    return n;
}

static void install(const struct rule *rules, unsigned count, unsigned answer) {
    struct sock_filter filter[4 + 2 * (2 + 5 * RULES)];
    unsigned n = 0;
    filter[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
    filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_I386, 0, 0);
    n = add(filter, n, rules, count, 0, answer);
    filter[1].jt = (unsigned char)(n - 2);
    n = add(filter, n, rules, count, 1, answer);
    struct sock_fprog program = {(unsigned short)n, filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        fail("refuse: seccomp");
    }
}

static void limit_data(rlim_t bytes) {
    struct rlimit limit = {bytes, bytes};
    if (setrlimit(RLIMIT_DATA, &limit) != 0) {
        fail("refuse: RLIMIT_DATA");
    }
}

int main(int argc, char **argv) {
    struct rule rules[RULES];
    unsigned count = 0, answer = SECCOMP_RET_ERRNO | EPERM;
    int i = 1;
    for (; i < argc && strcmp(argv[i], "--") != 0; ++i) {
        if (strcmp(argv[i], "mdwe") == 0 && prctl(SET_MDWE, 1, 0, 0, 0) != 0) {
            fail("refuse: PR_SET_MDWE");
        } else if (strncmp(argv[i], "data=", 5) == 0) {
            limit_data((rlim_t)atol(argv[i] + 5) << 10);
        } else if (strncmp(argv[i], "errno=", 6) == 0) {
            answer = SECCOMP_RET_ERRNO | (unsigned)atoi(argv[i] + 6);
        } else if (strcmp(argv[i], "kill") == 0) {
            answer = SECCOMP_RET_KILL_PROCESS;
        } else if (strcmp(argv[i], "executable") == 0 && count + 2 <= RULES) {
            rules[count++] = (struct rule){10, 125, RIGHT_TO_EXECUTE};
            rules[count++] = (struct rule){329, 380, RIGHT_TO_EXECUTE};
        } else if (strcmp(argv[i], "writable") == 0 && count < RULES) {
            rules[count++] = (struct rule){10, 125, RIGHT_TO_WRITE};
        } else if (strcmp(argv[i], "write-file") == 0 && count < RULES) {
            rules[count++] = (struct rule){18, 181, ~0U}; /* any length but 0 */
        }
    }
    if (i + 1 >= argc) {
        return UNABLE;
    }
    if (count != 0) {
        install(rules, count, answer);
    }
    execv(argv[i + 1], argv + i + 1);
    fail(argv[i + 1]);
}
