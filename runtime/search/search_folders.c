/* Search folders and lists of them.
 *
 * A folder that several lists name is one object, so what is learnt about it holds for all. Folders
 * are never forgotten. Does not know in which order lists are searched. */
#include "search/search_folders.h"

#include "process/heap.h"
#include "search/search.h"
#include "search/search_hwcaps.h"
#include "base/search_path.h"
#include "base/system.h"
#include "base/text.h"

static struct folder *all_folders;
size_t folder_longest;

static struct folder *find_folder(const char *path, size_t length) {
    struct folder *folder = all_folders;
    while (folder != NULL && (folder->length != length || memcmp(folder->path, path, length) != 0))
        folder = folder->next;
    return folder;
}

static struct folder *create_folder(const char *path, size_t length, const char *what,
                                    const char *where) {
    struct folder *folder = heap_allocate(sizeof *folder + subfolders.count);
    char *copy = heap_allocate(length + 1);
    char *where_copy = where != NULL ? heap_copy_text(where) : NULL;
    if (folder == NULL || copy == NULL || (where != NULL && where_copy == NULL)) {
        heap_free(folder);
        heap_free(copy);
        heap_free(where_copy);
        return NULL;
    }
    memcpy(copy, path, length);
    unsigned char *states = (unsigned char *)(folder + 1);
    /* What is known of a relative folder would be void after the next chdir. */
    memset(states, copy[0] == '/' ? FOLDER_UNKNOWN : FOLDER_EXISTS, subfolders.count);
    *folder = (struct folder){all_folders, copy, length, what, where_copy, copy[0] != '/', states};
    all_folders = folder;
    if (length > folder_longest)
        folder_longest = length;
    return folder;
}

/* The folder that an element of a list names; NULL with *failed false: none. */
static struct folder *folder_of(struct path_part element, const char *what, const char *where,
                                struct object *object, bool *failed) {
    char *text = search_expand_part(element, object);
    if (text == NULL) {
        *failed = true;
        return NULL;
    }
    size_t length = strlen(text);
    struct folder *folder = NULL;
    if (length > 0 || element.length == 0) {
        length = path_trimmed(text, length);
        if (length > 0 && text[length - 1] != '/')
            text[length++] = '/';
        folder = find_folder(text, length);
        if (folder == NULL) {
            folder = create_folder(text, length, what, where);
            *failed |= folder == NULL;
        }
    }
    heap_free(text);
    return folder;
}

static size_t count_elements(const char *text, const char *separators) {
    size_t count = 0;
    struct path_part element;
    while (path_next(&text, separators, &element))
        ++count;
    return count;
}

static void add_once(struct folder_list *list, struct folder *folder) {
    for (size_t i = 0; i < list->count; ++i)
        if (list->folders[i] == folder)
            return;
    list->folders[list->count++] = folder;
}

struct folder_list *folder_list_create(const char *text, const char *separators, const char *what,
                                       const char *where, struct object *object) {
    size_t room = count_elements(text, separators);
    struct folder_list *list = heap_allocate(sizeof *list + room * sizeof list->folders[0]);
    struct path_part element;
    bool failed = list == NULL;
    while (!failed && path_next(&text, separators, &element)) {
        struct folder *folder = folder_of(element, what, where, object, &failed);
        if (folder != NULL)
            add_once(list, folder);
    }
    if (failed) {
        heap_free(list);
        return NULL;
    }
    list->droppable = where != NULL;
    return list;
}

void folder_list_destroy(struct folder_list *list) {
    heap_free(list);
}

static bool is_folder(const char *path) {
    struct file_status status;
    return system_path_status(path, &status) == 0 &&
           (status.mode & FILE_TYPE_MASK) == FILE_DIRECTORY;
}

/* The length of the first component of a subfolder's path. */
static size_t first_component(const struct subfolder *item) {
    const char *slash = text_find(item->path, '/');
    return slash != NULL ? (size_t)(slash - item->path) : 0;
}

/* Marks the subfolders whose path begins with the component that `first` begins with. */
static void mark_missing(struct folder *folder, const struct subfolder *first, size_t component) {
    for (size_t i = 0; i < subfolders.count; ++i) {
        const struct subfolder *item = &subfolders.items[i];
        if (item->length > component && memcmp(item->path, first->path, component + 1) == 0)
            folder->states[i] = FOLDER_MISSING;
    }
}

/* Whether an earlier subfolder begins with the same component. */
static bool component_seen(size_t index, size_t component) {
    const char *path = subfolders.items[index].path;
    for (size_t i = 0; i < index; ++i) {
        const struct subfolder *item = &subfolders.items[i];
        if (item->length > component && memcmp(item->path, path, component + 1) == 0)
            return true;
    }
    return false;
}

void folder_probe(struct folder *folder) {
    char *path = folder->probed ? NULL : heap_allocate(folder->length + subfolders.longest + 1);
    if (path == NULL)
        return;
    folder->probed = true;
    memcpy(path, folder->path, folder->length);
    if (!is_folder(path)) {
        memset(folder->states, FOLDER_MISSING, subfolders.count);
        heap_free(path);
        return;
    }
    folder->states[subfolders.count - 1] = FOLDER_EXISTS;
    for (size_t i = 0; i + 1 < subfolders.count; ++i) {
        const struct subfolder *item = &subfolders.items[i];
        size_t component = first_component(item);
        if (!component_seen(i, component)) {
            memcpy(path + folder->length, item->path, component);
            path[folder->length + component] = '\0';
            if (!is_folder(path))
                mark_missing(folder, item, component);
        }
    }
    heap_free(path);
}
