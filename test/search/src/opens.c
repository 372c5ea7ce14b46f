/* Opens the libraries that its arguments name. */
#include <dlfcn.h>
#include <stdio.h>

int main(int count, char **names) {
    for (int i = 1; i < count; i++)
        puts(dlopen(names[i], RTLD_NOW) != NULL ? "opened" : dlerror());
    return 0;
}
