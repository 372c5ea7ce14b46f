/* Opens the damaged library by name, calls it, closes it. Without an argument: only runs
 * (preloading). */
#include <dlfcn.h>
#include <stdio.h>
int main(int argc, char **argv) {
    if (argc < 2)
        return puts("alone") < 0;
    void *library = dlopen(argv[1], RTLD_NOW | RTLD_GLOBAL);
    if (library == NULL) {
        puts(dlerror());
        return 3;
    }
    int (*target)(int) = (int (*)(int))dlsym(library, "target");
    if (target != NULL)
        printf("%d\n", target(1));
    return dlclose(library);
}
