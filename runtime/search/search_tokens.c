/* $ORIGIN, $LIB and $PLATFORM of an object. */
#include "base/auxv.h"
#include "glibc/cpu/cpu_features.h"
#include "glibc/rules.h"
#include "process/heap.h"
#include "object/object.h"
#include "process/options.h"
#include "search/search.h"
#include "search_places.h"
#include "base/text.h"

enum { PATH_LIMIT = 4096 };

/* The copy of a path cut down to its folder. */
static char *folder_copy(const char *path, size_t length) {
    char *copy = heap_allocate(length + 1);
    if (copy != NULL)
        memcpy(copy, path, length);
    return copy;
}

/* The folder of a path that begins in `folder`. */
static char *folder_within(const char *folder, const char *path) {
    size_t length = path_trimmed(folder, strlen(folder));
    size_t path_length = strlen(path);
    char *whole = heap_allocate(length + path_length + 2);
    if (whole == NULL)
        return NULL;
    memcpy(whole, folder, length);
    length -= length == 1; /* the root */
    whole[length] = '/';
    memcpy(whole + length + 1, path, path_length + 1);
    whole[path_folder_length(whole)] = '\0';
    return whole;
}

char *search_origin_of(const char *path) {
    if (path[0] == '/')
        return folder_copy(path, path_folder_length(path));
    char *folder = heap_allocate(PATH_LIMIT); /* dlopen may be called on a small stack */
    bool known = folder != NULL && system_getcwd(folder, PATH_LIMIT) > 0 && folder[0] == '/';
    char *origin = known ? folder_within(folder, path) : NULL;
    heap_free(folder);
    return origin;
}

/* The program's: the kernel knows the file; else LD_ORIGIN_PATH says it. Not inlined: its frame is
 * for the one call that needs it. */
static __attribute__((noinline)) char *program_origin(void) {
    char path[PATH_LIMIT];
    long length = system_readlink("/proc/self/exe", path, sizeof path - 1);
    if (length > 0 && path[0] == '/') {
        path[length] = '\0';
        return folder_copy(path, path_folder_length(path));
    }
    const char *given = options.origin_path;
    return given != NULL ? folder_copy(given, path_trimmed(given, strlen(given))) : NULL;
}

char *search_origin_of_program(const char *name) {
    char path[PATH_LIMIT];
    bool real = glibc_canonical_path != NULL && glibc_canonical_path(name, path, sizeof path);
    return search_origin_of(real ? path : name);
}

const char *search_origin(struct object *object) {
    if (object->origin == NULL)
        object->origin =
            object->name[0] == '\0' ? program_origin() : search_origin_of(object->name);
    return object->origin;
}

char *search_expand_part(struct path_part text, struct object *object) {
    if (object == NULL || !path_has_token(text)) {
        char *copy = heap_allocate(text.length + 2);
        if (copy != NULL)
            memcpy(copy, text.start, text.length);
        return copy;
    }
    struct path_tokens tokens = {
        .origin = path_has_origin(text) ? search_origin(object) : NULL,
        .platform = cpu_features_platform(),
        .lib = GLIBC_LIB,
        .secure = process.secure,
        .trusted = object->kind == OBJECT_PROGRAM ? GLIBC_SYSTEM_FOLDERS : NULL,
    };
    char *result = heap_allocate(path_expanded_size(text, &tokens) + 1);
    if (result != NULL && !path_expand(text, &tokens, result))
        result[0] = '\0';
    return result;
}

char *search_expand(const char *text, struct object *object) {
    return search_expand_part((struct path_part){text, strlen(text)}, object);
}
