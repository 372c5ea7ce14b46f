/* Opens a library in a namespace of its own: a debugger reads the new list while it comes into being. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>

int main(void) {
    void *library = dlmopen(LM_ID_NEWLM, "libm.so.6", RTLD_NOW);
    return library == NULL || dlclose(library) != 0;
}
