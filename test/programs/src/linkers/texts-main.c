#include <dlfcn.h>
#include <stdio.h>
int total(int x);
extern __thread int shared_count;
static int (*volatile called)(int) = total;
int main(int argc, char **argv) {
    printf("%d %d %d\n", called(argc), shared_count, argv[argc] == NULL);
    void *again = dlopen(NULL, RTLD_NOW);
    printf("%d\n", again != NULL && dlsym(again, "total") == (void *)called);
    return 0;
}
