/* Opens libraries by the names in its arguments, and tells which copies they are. */
#include <dlfcn.h>
#include <stdio.h>
int main(int argc, char **argv) {
    for (int index = 1; index < argc; index++) {
        void *handle = dlopen(argv[index], RTLD_NOW);
        const char *(*inner)(void) =
            handle == NULL ? NULL : (const char *(*)(void))dlsym(handle, "inner");
        printf("%s: %s\n", argv[index], inner == NULL ? dlerror() : inner());
    }
    return 0;
}
