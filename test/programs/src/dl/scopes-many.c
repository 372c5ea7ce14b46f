/* A library that 300 others need, each opened on its own: its references are looked up in 300 more
 * scopes, and what only the last one defines is found. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"

enum { OTHERS = 300 };

/* Opens a copy of the file: another file to the linker. */
static void *open_copy(const char *path) {
    char data[1 << 16], name[64];
    int from = open(path, O_RDONLY), to = memfd_create("copy", MFD_CLOEXEC);
    ssize_t size = read(from, data, sizeof data);
    close(from);
    if (size <= 0 || write(to, data, (size_t)size) != size)
        return NULL;
    snprintf(name, sizeof name, "/proc/self/fd/%d", to);
    void *handle = dlopen(name, RTLD_NOW);
    close(to);
    return handle;
}

int main(int argc, char **argv) {
    char path[4096];
    void *base = dlopen("libbase.so", RTLD_NOW);
    if (!CHECK(argc == 2 && base != NULL))
        return check_status();
    snprintf(path, sizeof path, "%s/libuser.so", argv[1]);
    int opened = 0;
    for (int i = 0; i < OTHERS; i++)
        opened += open_copy(path) != NULL;
    CHECK(opened == OTHERS);
    void *(*find)(const char *) = (void *(*)(const char *))dlsym(base, "find");
    CHECK(find("only_in_last") == NULL);
    CHECK(dlopen("liblast.so", RTLD_NOW) != NULL);
    CHECK(find("only_in_last") != NULL);
    return check_status();
}
