/* Handing over to another dynamic linker. Knows where the others are; does not judge which libc
 * fits. */
#include "handover.h"

#include "auxv.h"
#include "debug.h"
#include "format.h"
#include "glibc/glibc.h"
#include "heap.h"
#include "load.h"
#include "map.h"
#include "namespace.h"
#include "options.h"
#include "search.h"
#include "system.h"
#include "text.h"

/* DIR/../by-build-id/HEX/SONAME for a linker DIR/SONAME: `wine-ld build` keeps links there. */
static char *sibling_path(const struct object *libc) {
    const char *own = linker_object->name;
    const char *slash = text_find_last(own, '/');
    char id[2 * GLIBC_BUILD_ID_LIMIT + 1];
    if (slash == NULL || !glibc_build_id_text(libc, id, sizeof id))
        return NULL;
    size_t size =
        (size_t)(slash - own) + sizeof "/../by-build-id//" + sizeof id + sizeof ARCH_SONAME;
    char *path = heap_allocate(size);
    if (path != NULL)
        format(path, size, "%.*s/../by-build-id/%s/%s", (int)(slash - own), own, id, ARCH_SONAME);
    return path;
}

enum { OPTION_WORDS = 2 * (6 + OPTIONS_AUDIT_LISTS) + 1 }; /* of add_options, at most */

/* Appends an option and its argument, unless that is NULL. */
static size_t add_option(char **list, size_t n, const char *option, const char *argument) {
    if (argument != NULL) {
        list[n++] = (char *)(uintptr_t)option;
        list[n++] = (char *)(uintptr_t)argument;
    }
    return n;
}

/* The options that we were given. Older linkers do not know all of them. */
static size_t add_options(char **list, size_t n) {
    n = add_option(list, n, "--library-path",
                   options.library_path_is_option ? options.library_path : NULL);
    n = add_option(list, n, "--preload", options.preload_option);
    n = add_option(list, n, "--inhibit-rpath", options.inhibit_rpath);
    n = add_option(list, n, "--glibc-hwcaps-prepend", options.hwcaps_prepend);
    n = add_option(list, n, "--glibc-hwcaps-mask", options.hwcaps_mask);
    n = add_option(list, n, "--argv0", options.argv0);
    for (size_t i = options.audit_from_environment; i < options.audit_count; ++i)
        n = add_option(list, n, "--audit", options.audit[i]);
    if (options.inhibit_cache)
        list[n++] = (char *)(uintptr_t) "--inhibit-cache";
    return n;
}

/* "OTHER [options] PROGRAM ARGUMENTS": what was asked of us, asked of the other. */
static char **direct_arguments(const char *other) {
    size_t count = (size_t)process.argc, n = 0;
    char **list = heap_allocate((count + OPTION_WORDS + 2) * sizeof *list);
    if (list == NULL)
        return NULL;
    list[n++] = (char *)(uintptr_t)other;
    n = add_options(list, n);
    list[n++] = (char *)(uintptr_t)options.program;
    for (size_t i = 1; i < count; ++i)
        list[n++] = process.argv[i];
    return list;
}

static void unload_all(struct namespace *space) {
    for (struct object *object = space->last, *previous; object != NULL; object = previous) {
        previous = object->previous;
        if (object->kind == OBJECT_LIBRARY)
            map_remove(object);
    }
}

static elf_word map_other(const char *path) {
    struct object *other = object_create(namespace_at(NAMESPACE_BASE), path, OBJECT_LINKER);
    struct found_file file;
    struct error error = {0};
    if (other == NULL || !search_open(path, NULL, false, &file, &error) ||
        !map_file(other, &file, &error)) {
        print(2, "wine-ld: %s: %s\n", path,
              error.message != NULL ? error.message : "out of memory");
        system_exit(127);
    }
    system_close(file.fd);
    for (elf_auxv *at = process.auxv; at->a_type != AT_NULL; ++at)
        at->a_val = at->a_type == AT_BASE ? other->base : at->a_val;
    return other->entry;
}

elf_word handover(const struct object *libc, const struct error *why) {
    char *sibling = sibling_path(libc);
    const char *other = ARCH_INTERPRETER;
    if (sibling != NULL && system_access(sibling, 0) == 0)
        other = sibling;
    else
        print(2, "wine-ld: %s: %s; using %s (run `wine-ld build` to make a linker for it)\n",
              why->object, why->message, other);
    if (options.direct) {
        char **list = direct_arguments(other);
        if (list != NULL)
            system_execve(other, list, process.envp);
        print(2, "wine-ld: cannot execute %s\n", other);
        system_exit(127);
    }
    unload_all(namespace_at(NAMESPACE_BASE));
    return map_other(other);
}
