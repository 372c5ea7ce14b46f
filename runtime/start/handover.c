/* Handing over to another dynamic linker. Knows where the others are; does not judge which libc
 * fits.
 *
 * It must end. One of our own kind may hand over, too, so it never gets the process when it is this
 * linker again (under whatever name: the code is compared), and learns by a mark that it was handed
 * over: then it goes to a linker of another kind, or nowhere. */
#include "start/handover.h"

#include "base/auxv.h"
#include "process/debug.h"
#include "base/format.h"
#include "glibc/mirror/libc.h"
#include "process/heap.h"
#include "start/initial.h"
#include "link/load.h"
#include "object/map.h"
#include "object/namespace.h"
#include "process/options.h"
#include "search/search.h"
#include "base/system.h"
#include "base/text.h"

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

/* The linker in the folder of a libc: glibc installs both there. */
static char *path_beside(const struct object *libc) {
    const char *slash = text_find_last(libc->name, '/');
    if (slash == NULL)
        return NULL;
    size_t size = (size_t)(slash - libc->name) + sizeof "/" ARCH_SONAME;
    char *path = heap_allocate(size);
    if (path != NULL)
        format(path, size, "%.*s/%s", (int)(slash - libc->name), libc->name, ARCH_SONAME);
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

/* The mark: for a linker entered in this process a bit that AT_FLAGS does not have, for one that is
 * executed a variable. */
enum { FLAG_HANDED_OVER = 1 << 30 };
static char mark_variable[] = "WINE_LD_HANDED_OVER=1";
static bool handed_over;

void handover_receive(void) {
    for (elf_auxv *at = process.auxv; at->a_type != AT_NULL; ++at) {
        if (at->a_type == AT_FLAGS && (at->a_val & FLAG_HANDED_OVER) != 0) {
            at->a_val &= ~(elf_addr)FLAG_HANDED_OVER;
            handed_over = true;
        }
    }
    char **kept = process.envp;
    for (char **entry = kept; *entry != NULL; ++entry)
        if (text_equal(*entry, mark_variable))
            handed_over = true;
        else
            *kept++ = *entry;
    *kept = NULL;
}

/* The environment with the mark; NULL: no memory. */
static char **marked_environment(void) {
    size_t count = 0;
    while (process.envp[count] != NULL)
        ++count;
    char **list = heap_allocate((count + 2) * sizeof *list);
    if (list != NULL) {
        memcpy(list, process.envp, count * sizeof *list);
        list[count] = mark_variable;
    }
    return list;
}

static void unload_all(struct namespace *ns) {
    for (struct object *object = ns->last, *previous; object != NULL; object = previous) {
        previous = object->previous;
        if (object->kind == OBJECT_LIBRARY)
            map_remove(object);
    }
}

static const elf_phdr *code_of(const struct object *object) {
    for (size_t i = 0; i < object->phdr_count; ++i)
        if (object->phdr[i].p_type == PT_LOAD && (object->phdr[i].p_flags & PF_X) != 0)
            return &object->phdr[i];
    return NULL;
}

/* Whether it is this linker, wherever the file lies: its code has no relocations. */
static bool is_this_linker(const struct object *other) {
    const elf_phdr *own = code_of(linker_object), *its = code_of(other);
    return own != NULL && its != NULL && own->p_filesz == its->p_filesz &&
           memcmp((const void *)(linker_object->base + own->p_vaddr),
                  (const void *)(other->base + its->p_vaddr), own->p_filesz) == 0;
}

static bool is_of_our_kind(struct object *other) {
    return initial_symbol(other, "wine_ld_version") != 0;
}

/* Maps the linker at `path`; NULL: it cannot be had, for the reason in `error`, or must not be
 * taken. */
static struct object *map_other(const char *path, struct error *error) {
    struct object *other = object_create(namespace_at(NAMESPACE_BASE), path, OBJECT_LINKER);
    struct found_file file;
    if (other == NULL || !search_open(path, NULL, false, &file, error))
        return NULL;
    bool mapped = map_file(other, &file, error) && object_decode(other, error) &&
                  object_is_sound(other, error);
    system_close(file.fd);
    if (mapped && !(is_of_our_kind(other) && (handed_over || is_this_linker(other))))
        return other;
    map_remove(other);
    return NULL;
}

/* Executes it with what was asked of us. */
static _Noreturn void execute(struct object *other) {
    struct error error = {0};
    char **list = direct_arguments(other->name);
    char **environment = is_of_our_kind(other) ? marked_environment() : process.envp;
    int result = list != NULL && environment != NULL ? system_execve(other->name, list, environment)
                                                     : -E_NOMEM;
    error_set(&error, -result, other->name, "cannot execute");
    error_fatal(&error);
}

/* The kernel leaves nothing of the file behind a linker's data, and linkers allocate there. */
static void clear_last_page(const struct object *other) {
    elf_addr end = 0;
    for (size_t i = 0; i < other->phdr_count; ++i) {
        const elf_phdr *header = &other->phdr[i];
        if (header->p_type == PT_LOAD && (header->p_flags & PF_W) != 0)
            end = other->base + header->p_vaddr + header->p_memsz;
    }
    if (end != 0)
        memset((void *)end, 0, -end & (process.page_size - 1));
}

/* Enters it with the kernel's stack. */
static elf_addr enter(struct object *other) {
    clear_last_page(other);
    elf_addr mark = is_of_our_kind(other) ? FLAG_HANDED_OVER : 0;
    for (elf_auxv *at = process.auxv; at->a_type != AT_NULL; ++at) {
        at->a_val = at->a_type == AT_BASE ? other->base : at->a_val;
        at->a_val |= at->a_type == AT_FLAGS ? mark : 0;
    }
    return other->entry;
}

/* The linker at `path`, if there is one that may be taken. */
static struct object *map_if_there(const char *path) {
    struct error error = {0};
    bool there = path != NULL && system_access(path, ACCESS_EXISTS) == 0;
    struct object *other = there ? map_other(path, &error) : NULL;
    error_clear(&error);
    return other;
}

elf_addr handover(const struct object *libc, const struct error *why) {
    char *sibling = sibling_path(libc), *beside = path_beside(libc);
    struct error error = {0};
    unload_all(namespace_at(NAMESPACE_BASE));
    struct object *other = map_if_there(sibling);
    if (other == NULL) {
        other = map_if_there(beside);
        if (other == NULL)
            other = map_other(ARCH_INTERPRETER, &error);
        if (other == NULL) {
            print(2, "wine-ld: %s: %s; and there is no other linker: %s: %s\n", why->object,
                  why->message, ARCH_INTERPRETER,
                  error.message != NULL ? error.message : "is this one, or was here before");
            system_exit(127);
        }
        print(2, "wine-ld: %s: %s; using %s (run `wine-ld build` to make a linker for it)\n",
              why->object, why->message, other->name);
    }
    if (options.direct)
        execute(other);
    return enter(other);
}
