/* System calls other than the mmap family, as thin wrappers. */
#include "system.h"

#include "syscall_numbers.h"

enum { AT_FDCWD = -100, AT_EMPTY_PATH = 0x1000, STATX_BASIC_STATS = 0x7ff };

/* struct statx, linux/stat.h: the same on every architecture. */
struct statx {
    uint32_t mask, blksize;
    uint64_t attributes;
    uint32_t nlink, uid, gid;
    uint16_t mode, pad1;
    uint64_t ino, size, blocks, attributes_mask;
    struct {
        int64_t seconds;
        uint32_t nanoseconds;
        int32_t pad;
    } atime, btime, ctime, mtime;
    uint32_t rdev_major, rdev_minor, dev_major, dev_minor;
    uint64_t spare[14];
};

int system_open(const char *path, int flags) {
    return (int)system_call(SYS_openat, AT_FDCWD, (long)path, flags, 0, 0, 0);
}

int system_close(int fd) {
    return (int)system_call(SYS_close, fd, 0, 0, 0, 0, 0);
}

long system_read(int fd, void *buffer, size_t size) {
    return system_call(SYS_read, fd, (long)buffer, (long)size, 0, 0, 0);
}

long system_pread(int fd, void *buffer, size_t size, uint64_t offset) {
    return sizeof(long) == 8
               ? system_call(SYS_pread64, fd, (long)buffer, (long)size, (long)offset, 0, 0)
               : system_call(SYS_pread64, fd, (long)buffer, (long)size, (long)(uint32_t)offset,
                             (long)(uint32_t)(offset >> 32), 0);
}

long system_write(int fd, const void *buffer, size_t size) {
    return system_call(SYS_write, fd, (long)buffer, (long)size, 0, 0, 0);
}

static int status_at(int fd, const char *path, int flags, struct file_status *status) {
    struct statx raw;
    int result =
        (int)system_call(SYS_statx, fd, (long)path, flags, STATX_BASIC_STATS, (long)&raw, 0);
    if (result < 0)
        return result;
    *status = (struct file_status){
        .device = (uint64_t)raw.dev_major << 32 | raw.dev_minor,
        .inode = raw.ino,
        .size = raw.size,
        .mode = raw.mode,
    };
    return 0;
}

int system_status(int fd, struct file_status *status) {
    return status_at(fd, "", AT_EMPTY_PATH, status);
}

int system_path_status(const char *path, struct file_status *status) {
    return status_at(AT_FDCWD, path, 0, status);
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
