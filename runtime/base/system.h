/* System calls other than the mmap family (which belongs to space/). Each returns the kernel's
 * value, negative errno on failure, and sets no errno. Async-signal-safe. */
#ifndef WINE_LD_SYSTEM_H
#define WINE_LD_SYSTEM_H

#include <stddef.h>
#include <stdint.h>

#include "arch.h"

/* The raw call; arguments beyond those used are 0. In assembly, per architecture. */
long system_call(long number, long a, long b, long c, long d, long e, long f);

enum { OPEN_READ = 0, OPEN_READ_WRITE = 2, OPEN_CLOEXEC = 02000000 };
enum { ACCESS_EXISTS = 0, ACCESS_READ = 4 };

/* What the linker needs of stat(2), the same on every architecture. Devices are numbered as the
 * kernel's dev_t of 32 bits. */
struct file_status {
    uint64_t device, inode, size;
    uint64_t special_device; /* of a device file */
    uint32_t mode;           /* S_IFMT and permission bits */
};
enum {
    FILE_TYPE_MASK = 0170000,
    FILE_CHARACTERS = 0020000, /* a character device */
    FILE_DIRECTORY = 0040000,
    FILE_REGULAR = 0100000,
};

int system_open(const char *path, int flags);
int system_close(int fd);
long system_read(int fd, void *buffer, size_t size);
long system_pread(int fd, void *buffer, size_t size, uint64_t offset);
long system_pwrite(int fd, const void *buffer, size_t size, uint64_t offset);
long system_write(int fd, const void *buffer, size_t size);
/* By the system call that this glibc's own linker makes there (status.c). */
int system_status(int fd, struct file_status *status);
int system_path_status(const char *path, struct file_status *status);
/* F_GETFD: -E_BADF when there is no such descriptor. */
int system_descriptor_flags(int fd);
int system_access(const char *path, int mode);
long system_readlink(const char *path, char *buffer, size_t size);
long system_getcwd(char *buffer, size_t size);
_Noreturn void system_exit(int status);
int system_execve(const char *path, char *const *argv, char *const *envp);

/* errno values used by name. */
enum {
    E_PERM = 1,
    E_NOENT = 2,
    E_IO = 5,
    E_NOEXEC = 8,
    E_BADF = 9,
    E_AGAIN = 11,
    E_NOMEM = 12,
    E_ACCES = 13,
    E_EXIST = 17,
    E_NODEV = 19,
    E_NOTDIR = 20,
    E_ISDIR = 21,
    E_INVAL = 22,
    E_NAMETOOLONG = 36,
    E_NOSYS = 38,
    E_ELOOP = 40,
};

#endif
