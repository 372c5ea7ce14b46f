/* glibc: 2.42- */
/* Since glibc 2.42 the $ORIGIN of a program that is started directly is its real folder, links
 * followed. */
#include "glibc/rules.h"
#include "base/format.h"
#include "base/system.h"
#include "glibc_layout.h"

bool glibc_canonical_path(const char *path, char *text, size_t size) {
    char link[32];
    int fd = system_open(path, OPEN_READ | OPEN_CLOEXEC);
    if (fd < 0)
        return false;
    format(link, sizeof link, "/proc/self/fd/%d", fd);
    long length = system_readlink(link, text, size - 1);
    system_close(fd);
    if (length <= 0 || (size_t)length >= size - 1)
        return false;
    text[length] = '\0';
    return true;
}
