/* Prints its own /proc/self/smaps at the start of main, with one page as buffer, so that reading it
 * changes little of what is read. */
#include <fcntl.h>
#include <unistd.h>

enum { PAGE = 4096 };

static char buffer[PAGE] __attribute__((aligned(PAGE)));

int main(void) {
    int file = open("/proc/self/smaps", O_RDONLY | O_CLOEXEC);
    ssize_t size;
    while ((size = read(file, buffer, PAGE)) > 0)
        if (write(STDOUT_FILENO, buffer, (size_t)size) != size)
            return 1;
    return size == 0 ? 0 : 1;
}
