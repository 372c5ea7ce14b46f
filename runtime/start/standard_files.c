/* Descriptors 0, 1 and 2 of a secure process. Knows which device file ld.so puts in the place of
 * each; does not know what is secure. */
#include "start/standard_files.h"

#include <stdbool.h>

#include "arch_instructions.h"
#include "base/system.h"

enum { WRITE_ONLY = 1, NO_FOLLOW = 0400000 };
enum {
    MEMORY_DEVICES = 1 << 8,
    DEVICE_NULL = MEMORY_DEVICES | 3,
    DEVICE_FULL = MEMORY_DEVICES | 7
};

/* The wrong way round for its use: reading from 0 fails, writing to 1 and 2 fails. */
static const struct {
    const char *path;
    int flags;
    uint64_t device;
} standard_files[] = {
    {"/dev/full", WRITE_ONLY | NO_FOLLOW, DEVICE_FULL},
    {"/dev/null", OPEN_READ | NO_FOLLOW, DEVICE_NULL},
    {"/dev/null", OPEN_READ | NO_FOLLOW, DEVICE_NULL},
};

static bool is_device(int fd, uint64_t device) {
    struct file_status status;
    return system_status(fd, &status) == 0 && (status.mode & FILE_TYPE_MASK) == FILE_CHARACTERS &&
           status.special_device == device;
}

void standard_files_open(void) {
    for (int fd = 0; fd < (int)(sizeof standard_files / sizeof standard_files[0]); ++fd) {
        if (system_descriptor_flags(fd) != -E_BADF)
            continue;
        int got = system_open(standard_files[fd].path, standard_files[fd].flags);
        if (got != fd || !is_device(fd, standard_files[fd].device))
            arch_halt(); /* a message would need a descriptor */
    }
}
