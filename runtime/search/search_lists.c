/* The folder lists of the search: the default folders, LD_LIBRARY_PATH, and an object's own.
 *
 * Knows where each list comes from and when it is decoded; does not know in which order they are
 * searched. */
#include "search/search_lists.h"

#include "process/heap.h"
#include "object/namespace.h"
#include "object/object.h"
#include "process/options.h"
#include "search/search.h"
#include "search/search_hwcaps.h"
#include "search_places.h"
#include "base/text.h"

/* What each list is called in messages. */
static const char rpath_words[] = "RPATH", runpath_words[] = "RUNPATH";
static const char system_words[] = "system search path";

static struct folder_list *default_list;
static struct folder_list *environment_list; /* LD_LIBRARY_PATH or --library-path */
static bool environment_known;

void search_init(void) {
    if (hwcaps_init())
        default_list = folder_list_create(GLIBC_SYSTEM_FOLDERS, ":", system_words, NULL, NULL);
    if (default_list == NULL) {
        struct error error;
        error_set(&error, E_NOMEM, "", "cannot create cache for search path");
        error_fatal(&error);
    }
}

struct object *search_program(void) {
    struct object *first = namespace_at(NAMESPACE_BASE)->first;
    return first != NULL && first->kind != OBJECT_LOADED ? first : NULL;
}

static bool is_inhibited(const struct object *object) {
    struct path_part name = {object->name, strlen(object->name)};
    return options.inhibit_rpath != NULL && !options.secure &&
           path_list_holds(options.inhibit_rpath, &name);
}

/* The decoded form of an object's path list `text`, kept in `*slot`. NULL: nothing to search. */
static struct folder_list *object_list(struct object *object, const char *text, const char *what,
                                       struct folder_list **slot) {
    if (text == NULL || *text == '\0' || is_inhibited(object))
        return NULL;
    if (*slot == NULL)
        *slot = folder_list_create(text, ":", what, object->name, object);
    return *slot != NULL && (*slot)->count != 0 ? *slot : NULL;
}

struct folder_list *search_rpath_list(struct object *object) {
    const struct dynamic *dynamic = &object->dynamic;
    const char *text = dynamic->runpath == NULL ? dynamic->rpath : NULL;
    return object_list(object, text, rpath_words, &object->rpath_folders);
}

struct folder_list *search_runpath_list(struct object *object) {
    return object_list(object, object->dynamic.runpath, runpath_words, &object->runpath_folders);
}

struct folder_list *search_library_path_list(void) {
    if (!environment_known) {
        environment_known = true;
        struct object *program = search_program();
        if (program != NULL) { /* a folder keeps the name of the list that named it first */
            search_rpath_list(program);
            search_runpath_list(program);
        }
        if (options.library_path != NULL && *options.library_path != '\0') {
            const char *what =
                options.library_path_is_option ? "--library-path" : "LD_LIBRARY_PATH";
            environment_list = folder_list_create(options.library_path, ":;", what, NULL, program);
        }
    }
    return environment_list;
}

struct folder_list *search_default_list(void) {
    return default_list;
}

void search_forget_object(struct object *object) {
    folder_list_destroy(object->rpath_folders);
    folder_list_destroy(object->runpath_folders);
    object->rpath_folders = NULL;
    object->runpath_folders = NULL;
}
