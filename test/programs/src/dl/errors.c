/* Texts of dlerror, for everything that can be wrong. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void tell(const char *what) {
    const char *text = dlerror();
    printf("%s: %s\n", what, text == NULL ? "no error" : text);
}

static void open_one(const char *name) {
    void *handle = dlopen(name, RTLD_NOW);
    printf("%s ", handle == NULL ? "null" : "handle");
    tell(name);
}

static void write_file(const char *name, const char *text, mode_t mode) {
    int fd = open(name, O_CREAT | O_TRUNC | O_WRONLY, 0600);
    if (write(fd, text, strlen(text)) < 0)
        perror("write");
    fchmod(fd, mode);
    close(fd);
}

int main(int argc, char **argv) {
    if (argc < 2 || chdir(argv[1]) != 0)
        return 2;
    tell("at start");
    open_one("libabsent.so");
    open_one("./absent.so");
    open_one("/");
    open_one(".");
    open_one("./folder");
    write_file("text.so",
               "this is text, and nothing that a linker could use: it is not even binary\n", 0644);
    write_file("empty.so", "", 0644);
    write_file("short.so", "\177ELF", 0644);
    write_file("file", "x", 0644);
    open_one("./text.so");
    open_one("./empty.so");
    open_one("./short.so");
    open_one("./file/library.so");
    open_one("libundefined.so");
    open_one("libneedsabsent.so");
    open_one("libneedsversion.so");
    char name[400];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = 0;
    open_one(name);
    void *good = dlopen("libone.so", RTLD_NOW);
    if (good == NULL) {
        tell("libone.so");
        return 1;
    }
    dlsym(good, "nothing");
    tell("dlsym");
    dlsym(RTLD_DEFAULT, "nothing");
    tell("dlsym default");
    dlsym(RTLD_NEXT, "nothing");
    tell("dlsym next");
    dlvsym(good, "bump", "VERSION_9");
    tell("dlvsym");
    dlvsym(RTLD_DEFAULT, "malloc", "GLIBC_9");
    tell("dlvsym default");
    printf("close %d\n", dlclose(good));
    tell("dlclose");
    void *self = dlopen(NULL, RTLD_NOW);
    printf("info %d\n", dlinfo(self, 999, name));
    tell("dlinfo");
    tell("again");
    return 0;
}
