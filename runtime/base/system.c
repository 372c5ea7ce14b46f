/* System calls other than the mmap family, as thin wrappers. */
#include "base/system.h"

#include "syscall_numbers.h"

enum { AT_FDCWD = -100, F_GETFD = 1 };

int system_open(const char *path, int flags) {
    return (int)system_call(SYS_openat, AT_FDCWD, (long)path, flags, 0, 0, 0);
}

int system_close(int fd) {
    return (int)system_call(SYS_close, fd, 0, 0, 0, 0, 0);
}

long system_read(int fd, void *buffer, size_t size) {
    return system_call(SYS_read, fd, (long)buffer, (long)size, 0, 0, 0);
}

/* A call at an offset in a file, which is two arguments where a word is too small for it. */
static long at_offset(long number, int fd, uintptr_t buffer, size_t size, uint64_t offset) {
    return sizeof(long) == 8
               ? system_call(number, fd, (long)buffer, (long)size, (long)offset, 0, 0)
               : system_call(number, fd, (long)buffer, (long)size, (long)(uint32_t)offset,
                             (long)(uint32_t)(offset >> 32), 0);
}

long system_pread(int fd, void *buffer, size_t size, uint64_t offset) {
    return at_offset(SYS_pread64, fd, (uintptr_t)buffer, size, offset);
}

long system_pwrite(int fd, const void *buffer, size_t size, uint64_t offset) {
    return at_offset(SYS_pwrite64, fd, (uintptr_t)buffer, size, offset);
}

long system_write(int fd, const void *buffer, size_t size) {
    return system_call(SYS_write, fd, (long)buffer, (long)size, 0, 0, 0);
}

int system_descriptor_flags(int fd) {
    return (int)system_call(SYS_fcntl, fd, F_GETFD, 0, 0, 0, 0);
}

int system_access(const char *path, int mode) {
    return (int)system_call(SYS_access, (long)path, mode, 0, 0, 0, 0);
}

long system_readlink(const char *path, char *buffer, size_t size) {
    return system_call(SYS_readlink, (long)path, (long)buffer, (long)size, 0, 0, 0);
}

long system_getcwd(char *buffer, size_t size) {
    return system_call(SYS_getcwd, (long)buffer, (long)size, 0, 0, 0, 0);
}

void system_exit(int status) {
    for (;;)
        system_call(SYS_exit_group, status, 0, 0, 0, 0, 0);
}

int system_execve(const char *path, char *const *argv, char *const *envp) {
    return (int)system_call(SYS_execve, (long)path, (long)argv, (long)envp, 0, 0, 0);
}
