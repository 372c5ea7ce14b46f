/* The program of a graph: does what its arguments say: "+a" opens liba.so, "-a" closes it, "^a"
 * opens it RTLD_GLOBAL. */
#include <dlfcn.h>
#include <stdio.h>

static void *handles[256];

static void act(const char *action) {
    char file[64];
    snprintf(file, sizeof file, "libnode-%s.so", action + 1);
    void **handle = &handles[(unsigned char)action[1]];
    printf(" %s[", action);
    if (action[0] == '-') {
        printf("%d", *handle == NULL ? -1 : dlclose(*handle));
    } else {
        *handle = dlopen(file, RTLD_LAZY | (action[0] == '^' ? RTLD_GLOBAL : RTLD_LOCAL));
        if (*handle == NULL)
            printf("%s", dlerror());
    }
    printf("]");
}

int main(int argc, char **argv) {
    printf(" main");
    for (int index = 1; index < argc; index++)
        act(argv[index]);
    printf(" end ");
    return 0;
}
