/* Run with the set-user-id bit and some of descriptors 0, 1 and 2 closed: what they are in the
 * program, and which number the next file gets. Reports to descriptor 9. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

int main(void) {
    for (int fd = 0; fd < 3; fd++) {
        struct stat status;
        int good = fstat(fd, &status) == 0;
        int device = good && S_ISCHR(status.st_mode);
        dprintf(9, "%d: open %d, device %u:%u, flags %o, descriptor flags %d\n", fd, good,
                device ? major(status.st_rdev) : 0, device ? minor(status.st_rdev) : 0,
                device ? (unsigned)fcntl(fd, F_GETFL) : 0, device ? fcntl(fd, F_GETFD) : 0);
    }
    dprintf(9, "next %d\n", open("/", O_RDONLY));
    return 0;
}
