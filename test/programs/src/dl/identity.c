/* One file under several names is one object; another file with the same name is another. */
#include <dlfcn.h>
#include <link.h>
#include <string.h>
#include <unistd.h>

#include "check.h"

int main(int argc, char **argv) {
    if (argc < 2 || chdir(argv[1]) != 0)
        return 2;
    void *by_name = dlopen("libone.so", RTLD_NOW);
    void *by_path = dlopen("./libone.so", RTLD_NOW);
    unlink("link.so");
    CHECK(symlink("libone.so", "link.so") == 0);
    void *by_link = dlopen("./link.so", RTLD_NOW);
    unlink("hard.so");
    CHECK(link("libone.so", "hard.so") == 0);
    void *by_hard_link = dlopen("./hard.so", RTLD_NOW);
    CHECK(by_name != NULL && by_name == by_path && by_name == by_link && by_name == by_hard_link);
    void *by_soname = dlopen("libsoname.so.1", RTLD_NOW);
    CHECK(by_soname == NULL);
    puts(dlerror());
    void *file = dlopen("./libother.so", RTLD_NOW);
    CHECK(file != NULL && file != by_name);
    by_soname = dlopen("libsoname.so.1", RTLD_NOW);
    CHECK(by_soname == file);
    void *copy = dlopen("sub/libone.so", RTLD_NOW);
    CHECK(copy != NULL && copy != by_name);
    unlink("link.so");
    unlink("hard.so");
    return check_status();
}
