/* syscall(3) of i386's calls that name memory of the program's: its first mmap, and shmat by way of ipc(2). What cannot
 * be read or written is EFAULT, and what can works. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { OLD_MMAP = 90, IPC_ATTACH = 21, IPC_DETACH = 22, FIRST_VERSION = 1 << 16, LATER_VERSION = 2 << 16 };

#ifdef SYS_ipc
static void tell(const char *what, long got) {
    printf("%s: %ld %s\n", what, got, got == -1 ? strerror(errno) : "");
}

static void map(void) {
    const uint32_t wanted[6] = {0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, (uint32_t)-1, 0};
    const uint32_t odd[6] = {0, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, (uint32_t)-1, 1};
    tell("arguments at 8", syscall(OLD_MMAP, 8));
    tell("arguments at the end", syscall(OLD_MMAP, -4096));
    tell("odd offset", syscall(OLD_MMAP, odd));
    char *got = (char *)syscall(OLD_MMAP, wanted);
    got[8191] = 1;
    tell("unmapped", munmap(got, 8192));
}

static void attach(void) {
    int segment = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
    char *got = NULL;
    tell("written to 8", syscall(SYS_ipc, IPC_ATTACH, segment, 0, 8, NULL));
    tell("version 1", syscall(SYS_ipc, IPC_ATTACH | FIRST_VERSION, segment, 0, &got, NULL));
    tell("version 2", syscall(SYS_ipc, IPC_ATTACH | LATER_VERSION, segment, 0, &got, NULL));
    got[4095] = 1;
    tell("detached", syscall(SYS_ipc, IPC_DETACH, 0, 0, 0, got));
    tell("no segment", syscall(SYS_ipc, IPC_ATTACH, -1, 0, 8, NULL));
    struct shmid_ds status;
    shmctl(segment, IPC_STAT, &status);
    tell("attached", (long)status.shm_nattch);
    shmctl(segment, IPC_RMID, NULL);
}
#endif

int main(void) {
#ifdef SYS_ipc
    map();
    attach();
#endif
    return 0;
}
