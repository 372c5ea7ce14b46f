/* Prints who defines `where`, and the libraries in the order of the linker's list. With an argument
 * the library of that name is opened first. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <string.h>

static int print_name(struct dl_phdr_info *info, size_t size, void *context) {
    (void)size;
    (void)context;
    const char *library = strstr(info->dlpi_name, "/lib");
    for (const char *next = library; next != NULL; next = strstr(next + 1, "/lib"))
        library = next;
    if (library != NULL && strchr(library + 1, '/') == NULL)
        printf(" %s", library + 1);
    return 0;
}

int main(int argc, char **argv) {
    void *library = RTLD_DEFAULT;
    if (argc > 1 && (library = dlopen(argv[1], RTLD_LAZY)) == NULL) {
        puts(dlerror());
        return 1;
    }
    const char *(*where)(void) = (const char *(*)(void))dlsym(library, "where");
    puts(where != NULL ? where() : dlerror());
    dl_iterate_phdr(print_name, NULL);
    puts("");
    if (argc > 1)
        dlclose(library);
    return 0;
}
