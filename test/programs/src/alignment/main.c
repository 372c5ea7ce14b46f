/* The stack's alignment wherever the linker calls foreign code: at start, in dlopen, in dlclose, at exit. */
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

void say(const char *what, unsigned long alignment);
void function(void);

#define SAY(what) say(what, ((uintptr_t)__builtin_frame_address(0) + 2 * sizeof(long)) % 16)

static void before_all(void) {
    SAY("preinit_array");
}
__attribute__((section(".preinit_array"), used)) static void (*const preinit)(void) = before_all;

static void at_exit(void) {
    SAY("atexit");
}

int main(void) {
    SAY("main");
    atexit(at_exit);
    function();
    void *library = dlopen("libopened.so", RTLD_NOW);
    if (library == NULL || dlclose(library) != 0)
        return 1;
    return dlopen("libopened.so", RTLD_LAZY) == NULL;
}
