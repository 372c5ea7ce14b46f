/* The order of the search for a library (ld.so(8), "DESCRIPTION"). */
#include "search/search.h"

#include "process/debug.h"
#include "process/heap.h"
#include "object/namespace.h"
#include "object/object.h"
#include "process/options.h"
#include "search/search_cache.h"
#include "search/search_lists.h"
#include "search/search_walk.h"
#include "base/text.h"

/* errno as ld.so would leave it: what a search that tries nothing reports. */
static int last_code;

/* DT_RPATH of the loader, of its loader, and so on; then the program's. */
static enum search_result search_rpaths(struct search *search, struct object *loader) {
    struct object *program = search_program();
    bool program_done = program == NULL;
    for (struct object *object = loader; object != NULL; object = object->loader) {
        struct folder_list *list = search_rpath_list(object);
        enum search_result result = search_list(search, list);
        if (result != SEARCH_PASSED)
            return result;
        program_done |= object == program && list != NULL;
    }
    return program_done ? SEARCH_PASSED : search_list(search, search_rpath_list(program));
}

/* Whether `path` lies below one of the default folders. */
static bool is_in_default_folder(const char *path) {
    const struct folder_list *defaults = search_default_list();
    for (size_t i = 0; i < defaults->count; ++i)
        if (text_starts(path, defaults->folders[i]->path))
            return true;
    return false;
}

static bool excludes_defaults(struct object *loader) {
    struct object *object = loader != NULL ? loader : search_program();
    return object != NULL && (object->dynamic.flags_1 & DF_1_NODEFLIB) != 0;
}

static enum search_result search_cache(struct search *search, struct object *loader) {
    if (search->set_user_id_only || options.inhibit_cache)
        return SEARCH_PASSED;
    char *path = search_cache_find(search->name);
    enum search_result result = SEARCH_PASSED;
    if (path != NULL && !(excludes_defaults(loader) && is_in_default_folder(path)))
        result = search_try(search, path);
    heap_free(path);
    return result;
}

static enum search_result search_from(struct search *search, enum audit_origin origin,
                                      struct folder_list *list) {
    search->origin = origin;
    return search_list(search, list);
}

/* Whether it is an auditor, for which we ask ourselves, or what one needs. */
static bool is_for_auditor(const struct object *loader) {
    return loader == linker_object || (loader->ns->audits && !loader->ns->first->auditing);
}

/* The folders that come before LD_LIBRARY_PATH: for auditors the program's DT_RUNPATH, too. */
static enum search_result search_early(struct search *search, struct object *loader) {
    search->origin = AUDIT_RUNPATH;
    enum search_result result = search_rpaths(search, loader);
    if (result == SEARCH_PASSED && is_for_auditor(loader) && search_program() != NULL)
        result = search_list(search, search_runpath_list(search_program()));
    return result;
}

/* All places, in order. Without a loader there are no folders yet. */
static enum search_result search_everywhere(struct search *search, struct object *loader) {
    enum search_result result = SEARCH_PASSED;
    struct folder_list *library_path = loader != NULL ? search_library_path_list() : NULL;
    if (loader != NULL && loader->dynamic.runpath == NULL)
        result = search_early(search, loader);
    if (result == SEARCH_PASSED)
        result = search_from(search, AUDIT_LIBRARY_PATH, library_path);
    if (result == SEARCH_PASSED && loader != NULL)
        result = search_from(search, AUDIT_RUNPATH, search_runpath_list(loader));
    search->origin = AUDIT_CACHE;
    if (result == SEARCH_PASSED)
        result = search_cache(search, loader);
    if (result == SEARCH_PASSED && loader != NULL && !excludes_defaults(loader))
        result = search_from(search, AUDIT_DEFAULT, search_default_list());
    return result;
}

static enum search_result search_path(struct search *search, struct object *loader) {
    char *path = search_expand(search->name, loader);
    if (path == NULL) {
        search->code = E_NOMEM;
        return SEARCH_PASSED;
    }
    enum search_result result = search_try(search, path);
    heap_free(path);
    return result;
}

bool search_refused(struct error *error) {
    return error_set(error, last_code, "", "cannot open shared object file");
}

bool search_open(const char *name, struct object *loader, bool secure_preload,
                 struct found_file *file, struct error *error) {
    struct search search = {
        .name = name,
        .name_length = strlen(name),
        .loader = loader,
        .origin = AUDIT_AS_ASKED,
        .set_user_id_only = secure_preload && options.secure,
        .code = last_code,
        .file = file,
        .error = error,
    };
    enum search_result result;
    file->fd = -1;
    file->path = NULL;
    if (text_find(name, '/') != NULL) {
        result = search_path(&search, loader);
    } else {
        if (debug_wants(DEBUG_LIBS)) {
            long ns = loader != NULL ? loader->ns->id : NAMESPACE_BASE;
            debug_print("find library=%s [%ld]; searching\n", name, ns);
        }
        result = search_everywhere(&search, loader);
        if (debug_wants(DEBUG_LIBS) && result != SEARCH_REFUSED)
            debug_print("\n");
    }
    last_code = search.code;
    file->refused = result == SEARCH_REFUSED;
    if (result == SEARCH_PASSED && search.other_class)
        return error_set(error, 0, name, "%s", ARCH_WRONG_CLASS);
    if (result == SEARCH_PASSED)
        return error_set(error, search.code, name, "cannot open shared object file");
    return result == SEARCH_FOUND;
}
