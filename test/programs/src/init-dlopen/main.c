/* dlopen in a constructor, at program start or from dlopen; dlclose in a destructor. */
#include <dlfcn.h>
#include <stdio.h>
int main(int argc, char **argv) {
    (void)argv;
    puts("main");
    if (argc > 1) {
        void *outer = dlopen("libouter.so", RTLD_LAZY);
        puts(outer == NULL ? dlerror() : "opened");
        if (outer != NULL)
            printf("close %d\n", dlclose(outer));
    }
    puts("main ends");
    return 0;
}
