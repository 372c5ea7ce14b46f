/* Which libraries are loaded before all others. Knows the three places that name them, not how one
 * is loaded. */
#include "link/preload.h"

#include "base/format.h"
#include "process/heap.h"
#include "link/load.h"
#include "process/options.h"
#include "search/search.h"
#include "base/system.h"
#include "base/text.h"

static const char file_name[] = "/etc/ld.so.preload";

/* A list being worked through. */
struct preloading {
    struct namespace *ns;
    struct scope *loaded;
    const char *where; /* how messages name the list */
    bool from_user;    /* a secure process hears nothing but plain file names in it */
};

enum { LONGEST_FILE_NAME = 255, LONGEST_PATH = 4095 };

static bool load_one(const struct preloading *preloading, const char *name, struct error *error) {
    struct namespace *ns = preloading->ns;
    struct object *object = load_object(ns, name, ns->first, OBJECT_LIBRARY, LOAD_PRELOAD, error);
    if (object == NULL) {
        print(2, "ERROR: ld.so: object '%s' from %s cannot be preloaded (%s): ignored.\n", name,
              preloading->where, error->message);
        error_clear(error);
        return true;
    }
    return scope_holds(preloading->loaded, object) || scope_append(preloading->loaded, &object, 1);
}

static bool is_one_of(char letter, const char *letters) {
    return letter != '\0' && text_find(letters, letter) != NULL;
}

static bool is_allowed(const struct preloading *preloading, const char *name) {
    if (!preloading->from_user)
        return true;
    size_t length = strlen(name);
    return length <= LONGEST_PATH &&
           (!options.secure || (text_find(name, '/') == NULL && length < LONGEST_FILE_NAME));
}

/* Loads each name in `list`, which it cuts up. */
static bool load_list(const struct preloading *preloading, char *list, const char *separators,
                      struct error *error) {
    while (*list != '\0') {
        char *name = list;
        while (*list != '\0' && !is_one_of(*list, separators))
            ++list;
        if (*list != '\0')
            *list++ = '\0';
        if (name[0] != '\0' && is_allowed(preloading, name) && !load_one(preloading, name, error))
            return false;
    }
    return true;
}

static bool load_copied(struct preloading *preloading, const char *list, const char *where,
                        struct error *error) {
    char *copy = list != NULL ? heap_copy_text(list) : NULL;
    if (copy == NULL)
        return list == NULL;
    preloading->where = where;
    preloading->from_user = true;
    bool good = load_list(preloading, copy, " :", error);
    heap_free(copy);
    return good;
}

/* A comment goes from '#' to the end of its line. */
static void blank_comments(char *text) {
    for (bool comment = false; *text != '\0'; ++text) {
        comment = *text == '\n' ? false : comment || *text == '#';
        *text = comment ? ' ' : *text;
    }
}

static bool load_file(struct preloading *preloading, struct error *error) {
    struct file_status status;
    int fd = system_access(file_name, ACCESS_READ) == 0
                 ? system_open(file_name, OPEN_READ | OPEN_CLOEXEC)
                 : -1;
    if (fd < 0)
        return true;
    char *text = NULL;
    if (system_status(fd, &status) == 0 && status.size < 1u << 20)
        text = heap_allocate((size_t)status.size + 1);
    bool good = true;
    if (text != NULL && system_pread(fd, text, (size_t)status.size, 0) == (long)status.size) {
        blank_comments(text);
        preloading->where = file_name;
        preloading->from_user = false;
        good = load_list(preloading, text, ": \t\n", error);
    }
    heap_free(text);
    system_close(fd);
    return good;
}

bool preload_all(struct namespace *ns, struct scope *loaded, struct error *error) {
    struct preloading preloading = {.ns = ns, .loaded = loaded};
    return load_copied(&preloading, options.preload, "LD_PRELOAD", error) &&
           load_copied(&preloading, options.preload_option, "--preload", error) &&
           load_file(&preloading, error);
}
