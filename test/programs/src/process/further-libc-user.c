/* What calls that fail leave in the errno of the C library that this library was bound to. */
#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NOT_A_PAGE = 1, NOT_AN_OPTION = -1 };

int fails(int how) {
    void *nowhere = (void *)NOT_A_PAGE; /* NOLINT */
    errno = 0;
    long result = how == 0   ? munmap(nowhere, 1)
                  : how == 1 ? mprotect(nowhere, 1, PROT_READ)
                  : how == 2 ? syscall(SYS_munmap, NOT_A_PAGE, 1)
                  : how == 3 ? syscall(SYS_close, -1)
                  : how == 4 ? prctl(NOT_AN_OPTION, 0, 0, 0, 0)
                  : how == 5 ? shmdt(nowhere)
                  : how == 6 ? madvise(nowhere, 1, 0)
                             : (long)mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return result == -1 ? errno : -1;
}
