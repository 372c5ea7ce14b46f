/* Flags that mremap does not know are refused by libc: a filter that ends the process at them sees no call. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

enum { KNOWN = 7, ARGUMENT = offsetof(struct seccomp_data, args[3]) };

int main(void) {
    struct sock_filter rules[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mremap, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ARGUMENT),
        BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, KNOWN, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {sizeof rules / sizeof rules[0], rules};
    void *memory = mmap(NULL, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0)
        return 1;
    for (int flags = 8; flags != 0; flags = (int)((unsigned)flags << 1)) {
        void *got = mremap(memory, 8192, 4096, flags | MREMAP_MAYMOVE, NULL);
        printf("%x: %d %s\n", (unsigned)flags, got == MAP_FAILED, strerror(errno));
    }
    printf("known: %d\n", mremap(memory, 8192, 4096, MREMAP_MAYMOVE) == memory);
    return 0;
}
