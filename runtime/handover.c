/* Handing over to the system's own ld.so. Knows where that is and how it is called. */
#include "handover.h"

#include "glibc_identity.h"

#include "auxv.h"
#include "format.h"
#include "heap.h"
#include "options.h"
#include "system.h"

/* In a direct start our own words follow the system's ld.so; else the program's path and arguments do. */
static char **arguments(void) {
    size_t count = (size_t)process.argc;
    char **list = heap_allocate((count + 6) * sizeof *list);
    size_t n = 0;
    if (list == NULL) {
        return NULL;
    }
    list[n++] = (char *)(uintptr_t)ARCH_INTERPRETER;
    if (options.library_path_is_option) {
        list[n++] = (char *)(uintptr_t)"--library-path";
        list[n++] = (char *)(uintptr_t)options.library_path;
    }
    list[n++] = (char *)(uintptr_t)"--argv0";
    list[n++] = process.argv[0];
    list[n++] = (char *)(uintptr_t)(options.direct ? options.program : process.execfn);
    for (size_t i = 1; i < count; ++i) {
        list[n++] = process.argv[i];
    }
    list[n] = NULL;
    return list;
}

void handover(const struct error *why) {
    print(2, "wine-ld: %s: %s; using %s (run `wine-ld build` to make a linker for it)\n", why->object,
          why->message, ARCH_INTERPRETER);
    char **list = arguments();
    if (list != NULL) {
        system_execve(ARCH_INTERPRETER, list, process.envp);
    }
    print(2, "wine-ld: cannot execute %s\n", ARCH_INTERPRETER);
    system_exit(127);
}

void handover_misfit(const struct object *library, const char *entry) {
    struct error error = {0};
    error_set(&error, 0, library->name, "the code of %s is not that of %s", entry, GLIBC_ABI);
    handover(&error);
}
