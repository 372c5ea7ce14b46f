/* preinit_array, constructors, main, atexit, destructors: of the program and two libraries. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void preinit(int argc, char **argv, char **envp) {
    printf("preinit argc %d %d env %d\n", argc, argv[argc] == NULL, envp[0] != NULL);
}
__attribute__((section(".preinit_array"), used)) static void (*entry)(int, char **,
                                                                      char **) = preinit;
__attribute__((constructor)) static void begin(void) {
    puts("program constructor");
}
__attribute__((destructor)) static void end(void) {
    puts("program destructor");
}
static void at_exit(void) {
    puts("program atexit");
}

int main(int argc, char **argv) {
    atexit(at_exit);
    puts("main");
    void *library = dlopen("libopened.so", RTLD_NOW);
    puts(library == NULL ? dlerror() : "opened");
    if (argc > 1 && strcmp(argv[1], "close") == 0)
        dlclose(library);
    if (argc > 1 && strcmp(argv[1], "quick") == 0)
        _Exit(3);
    puts("main ends");
    return 0;
}
