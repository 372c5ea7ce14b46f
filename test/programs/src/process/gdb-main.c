/* Debugged by process.test.ts: calls a function of a needed and of an opened library. */
#include <dlfcn.h>
#include <stdio.h>
int stop_here(int x);
int main(void) {
    int sum = stop_here(1);
    void *library = dlopen("libopened.so", RTLD_NOW);
    int (*next)(void) = library == NULL ? NULL : (int (*)(void))dlsym(library, "next");
    printf("sum %d\n", sum + (next == NULL ? 0 : next()));
    return 0;
}
