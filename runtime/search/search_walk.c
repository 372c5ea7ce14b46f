/* Trying files. Knows what makes a file pass, and what is remembered of folders that do not exist;
 * does not know why a folder is searched. */
#include "search/search_walk.h"

#include "base/auxv.h"
#include "process/debug.h"
#include "process/heap.h"
#include "object/map.h"
#include "search/search_hwcaps.h"
#include "base/text.h"

enum { SET_USER_ID = 04000 };

/* Reads the first bytes of the file; at least an ELF header's worth, if it has that many. 0 or
 * errno. */
static int read_header(struct found_file *file) {
    file->header_size = 0;
    do {
        long count = system_read(file->fd, file->header + file->header_size,
                                 sizeof file->header - file->header_size);
        if (count <= 0)
            return (int)-count;
        file->header_size += (size_t)count;
    } while (file->header_size < sizeof(elf_ehdr));
    return 0;
}

static enum search_result drop(struct search *search, enum search_result result) {
    system_close(search->file->fd);
    search->file->fd = -1;
    return result;
}

static enum search_result refuse(struct search *search, const char *path, int code,
                                 const char *reason) {
    error_set(search->error, code, path, "%s", reason);
    return drop(search, SEARCH_REFUSED);
}

/* Opens the file, or the one that auditors want in its place. */
static bool open_path(struct search *search, const char *path) {
    int fd = -1;
    if (audit_wanted() && search->origin != AUDIT_AS_ASKED)
        path = audit_search(path, search->loader, search->origin);
    if (path != NULL) {
        fd = system_open(path, OPEN_READ | OPEN_CLOEXEC);
        search->code = fd < 0 ? -fd : search->code;
    }
    search->file->fd = fd < 0 ? -1 : fd;
    return fd >= 0;
}

enum search_result search_try(struct search *search, const char *path) {
    struct found_file *file = search->file;
    if (!open_path(search, path))
        return SEARCH_PASSED;
    search->code = read_header(file);
    const char *reason = NULL;
    enum map_verdict verdict = map_check_header(file, &reason);
    if (verdict == MAP_REFUSED)
        return refuse(search, path, search->code,
                      search->code != 0 ? "cannot read file data" : reason);
    if (verdict != MAP_ACCEPTED) {
        search->other_class |= verdict == MAP_OTHER_CLASS;
        search->code = E_NOENT;
        return drop(search, SEARCH_PASSED);
    }
    int code = system_status(file->fd, &file->status);
    if (code < 0)
        return refuse(search, path, -code, "cannot stat shared object");
    if (!map_headers_complete(file))
        return refuse(search, path, 0, "cannot read file data");
    file->path = heap_copy_text(path);
    if (file->path == NULL) {
        search->code = E_NOMEM;
        return drop(search, SEARCH_PASSED);
    }
    return SEARCH_FOUND;
}

/* LD_DEBUG=libs: the folders from `first` on that have the same origin. */
static void print_folders(const struct folder_list *list, size_t first) {
    const struct folder *head = list->folders[first];
    size_t end = first, size = 1;
    for (; end < list->count && list->folders[end]->what == head->what; ++end)
        size += subfolders.count * (list->folders[end]->length + subfolders.longest + 1);
    char *text = heap_allocate(size);
    if (text == NULL)
        return;
    char *to = text;
    for (size_t i = first; i < end; ++i) {
        const struct folder *folder = list->folders[i];
        for (size_t j = 0; j < subfolders.count; ++j) {
            if (folder->states[j] != FOLDER_MISSING) {
                *to = ':';
                to += to != text;
                char *start = to;
                memcpy(to, folder->path, folder->length);
                memcpy(to + folder->length, subfolders.items[j].path, subfolders.items[j].length);
                to += folder->length + subfolders.items[j].length;
                to -= to > start + 1;
            }
        }
    }
    *to = '\0';
    if (head->where != NULL) {
        const char *file = *head->where != '\0' ? head->where : process.argv[0];
        debug_print(" search path=%s\t\t(%s from file %s)\n", text, head->what, file);
    } else {
        debug_print(" search path=%s\t\t(%s)\n", text, head->what);
    }
    heap_free(text);
}

/* Whether the subfolder at `path` (up to `length`, with its slash) exists. */
static enum folder_state look(struct search *search, char *path, size_t length) {
    struct file_status status;
    char kept = path[length - 1];
    path[length - 1] = '\0';
    int code = system_path_status(path, &status);
    path[length - 1] = kept;
    if (code < 0)
        search->code = -code;
    return code == 0 && (status.mode & FILE_TYPE_MASK) == FILE_DIRECTORY ? FOLDER_EXISTS
                                                                         : FOLDER_MISSING;
}

/* Tries one subfolder. `path` holds the folder's own path and has room for the rest. */
static enum search_result try_subfolder(struct search *search, struct folder *folder, size_t index,
                                        char *path) {
    const struct subfolder *item = &subfolders.items[index];
    size_t length = folder->length + item->length;
    memcpy(path + folder->length, item->path, item->length);
    memcpy(path + length, search->name, search->name_length + 1);
    if (debug_wants(DEBUG_LIBS))
        debug_print("  trying file=%s\n", path);
    enum search_result result = search_try(search, path);
    if (folder->states[index] == FOLDER_UNKNOWN)
        folder->states[index] =
            (unsigned char)(result != SEARCH_PASSED ? FOLDER_EXISTS : look(search, path, length));
    if (result == SEARCH_FOUND && search->set_user_id_only &&
        (search->file->status.mode & SET_USER_ID) == 0) {
        heap_free(search->file->path);
        search->code = E_NOENT;
        return drop(search, SEARCH_PASSED);
    }
    return result;
}

/* Tries all subfolders of a folder. *exists: whether any of them does. */
static enum search_result try_folder(struct search *search, struct folder *folder, char *path,
                                     bool *exists) {
    bool quiet = !debug_wants(DEBUG_LIBS) && !audit_wanted();
    if (quiet && !folder->probed) {
        folder_probe(folder);
        search->code = E_NOENT;
    }
    memcpy(path, folder->path, folder->length);
    for (size_t i = 0; i < subfolders.count; ++i) {
        if (folder->states[i] == FOLDER_MISSING || (quiet && subfolders.items[i].repeated))
            continue;
        enum search_result result = try_subfolder(search, folder, i, path);
        if (result != SEARCH_PASSED)
            return result;
        *exists |= folder->states[i] != FOLDER_MISSING;
    }
    return SEARCH_PASSED;
}

enum search_result search_list(struct search *search, struct folder_list *list) {
    if (list == NULL || list->dropped)
        return SEARCH_PASSED;
    char *path = heap_allocate(folder_longest + subfolders.longest + search->name_length + 1);
    if (path == NULL) {
        search->code = E_NOMEM;
        return SEARCH_PASSED;
    }
    enum search_result result = SEARCH_PASSED;
    const char *what = NULL;
    bool any = false, stopped = false;
    for (size_t i = 0; i < list->count && result == SEARCH_PASSED && !stopped; ++i) {
        struct folder *folder = list->folders[i];
        if (debug_wants(DEBUG_LIBS) && folder->what != what) {
            what = folder->what;
            print_folders(list, i);
        }
        bool exists = false;
        result = try_folder(search, folder, path, &exists);
        any |= exists;
        /* A file that is there but cannot be opened ends the list. */
        stopped = exists && search->code != E_NOENT && search->code != E_ACCES;
    }
    list->dropped = list->droppable && result == SEARCH_PASSED && !any && !stopped;
    heap_free(path);
    return result;
}
