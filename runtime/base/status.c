/* What a file is (system.h: system_status, system_path_status).
 *
 * Knows the three system calls that tell, and which of them this glibc's linker makes: a filter
 * that knows glibc lets that one pass and may end the process at another. Only where the kernel
 * does not have it, or a filter that knows nothing of it says EPERM, which no file does, the others
 * are tried. */
#include "base/status_rules.h"
#include "syscall_numbers.h"
#include "base/system.h"

enum { AT_FDCWD = -100, AT_EMPTY_PATH = 0x1000, STATX_BASIC_STATS = 0x7ff };
enum { BY_PATH = AT_FDCWD };

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

/* The number that the other two calls give. */
static uint64_t device_number(uint32_t major, uint32_t minor) {
    return (minor & 0xff) | major << 8 | (minor & ~(uint32_t)0xff) << 12;
}

static int ask_statx(int fd, const char *path, struct file_status *status) {
    struct statx raw;
    int result = (int)system_call(SYS_statx, fd, (long)path, fd == BY_PATH ? 0 : AT_EMPTY_PATH,
                                  STATX_BASIC_STATS, (long)&raw, 0);
    if (result == 0)
        *status = (struct file_status){
            .device = device_number(raw.dev_major, raw.dev_minor),
            .inode = raw.ino,
            .size = raw.size,
            .special_device = device_number(raw.rdev_major, raw.rdev_minor),
            .mode = raw.mode,
        };
    return result;
}

static int take(long result, const struct arch_status *raw, struct file_status *status) {
    if (result == 0)
        *status = (struct file_status){
            .device = raw->device,
            .inode = raw->inode,
            .size = raw->size,
            .special_device = raw->special_device,
            .mode = raw->mode,
        };
    return (int)result;
}

static int ask_at(int fd, const char *path, struct file_status *status) {
    struct arch_status raw;
    return take(system_call(SYS_fstatat, fd, (long)path, (long)&raw,
                            fd == BY_PATH ? 0 : AT_EMPTY_PATH, 0, 0),
                &raw, status);
}

static int ask_plainly(int fd, const char *path, struct file_status *status) {
    struct arch_status raw;
    long result = fd == BY_PATH ? system_call(SYS_stat, (long)path, (long)&raw, 0, 0, 0, 0)
                                : system_call(SYS_fstat, fd, (long)&raw, 0, 0, 0, 0);
    return take(result, &raw, status);
}

typedef int asking(int fd, const char *path, struct file_status *status);

static asking *first_choice(int fd) {
    if (status_rules_plain != NULL)
        return ask_plainly;
    if (sizeof(long) == 4)
        return ask_statx;
    return fd != BY_PATH && status_rules_plain_descriptors != NULL ? ask_plainly : ask_at;
}

static int ask(int fd, const char *path, struct file_status *status) {
    asking *const others[] = {ask_at, ask_plainly, ask_statx};
    int result = first_choice(fd)(fd, path, status);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; ++i)
        if (result == -E_NOSYS || result == -E_PERM)
            result = others[i](fd, path, status);
    return result;
}

int system_status(int fd, struct file_status *status) {
    return ask(fd, "", status);
}

int system_path_status(const char *path, struct file_status *status) {
    return ask(BY_PATH, path, status);
}
