/* A filter of system calls, made by hand: one call, or one call with one argument, is refused.
 *
 * A rule is "NUMBER", "NUMBER:ARGUMENT=VALUE" or "NUMBER:ARGUMENT&BIT"; what happens is "kill" or an
 * errno value. Numbers are those of the program's own architecture. */
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#ifdef __x86_64__
#define OWN_ARCH AUDIT_ARCH_X86_64
#else
#define OWN_ARCH AUDIT_ARCH_I386
#endif

/* From now on; 0, or -1 with errno. */
static inline int refuse(const char *rule, const char *what) {
    char *end;
    unsigned long number = strtoul(rule, &end, 0), argument = 0, value = 0;
    char kind = '&'; /* with 0: no condition */
    if (*end == ':') {
        argument = strtoul(end + 1, &end, 0);
        kind = *end;
        value = strtoul(end + 1, &end, 0);
    }
    unsigned action = strcmp(what, "kill") == 0
                          ? SECCOMP_RET_KILL_PROCESS
                          : SECCOMP_RET_ERRNO | ((unsigned)atoi(what) & SECCOMP_RET_DATA);
    unsigned test = kind == '=' ? BPF_JEQ : value != 0 ? BPF_JSET : BPF_JGE;
    struct sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OWN_ARCH, 0, 5),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args) + 8 * argument),
        BPF_JUMP(BPF_JMP | test | BPF_K, value, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, action),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof steps / sizeof *steps, steps};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return -1;
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}
