/* dlinfo(RTLD_DI_SERINFO): the folders of a library search, in the public format of dlfcn.h. libc
 * asks twice: for the size, then for the contents. */
#include "glibc/entry/serinfo.h"

#include "glibc/mirror/link_map.h"
#include "search/search.h"
#include "base/text.h"
#include "glibc_layout.h"

/* Where the next folder goes. */
struct cursor {
    struct serinfo *info;
    size_t index;
    char *text;
};

static void count(const struct search_folder *folder, void *context) {
    struct serinfo *info = context;
    info->count++;
    info->size += strlen(folder->path) + 1;
}

static void store(const struct search_folder *folder, void *context) {
    struct cursor *cursor = context;
    size_t size = strlen(folder->path) + 1;
    memcpy(cursor->text, folder->path, size);
    cursor->info->folders[cursor->index++] =
        (struct serinfo_folder){.name = cursor->text, .flags = folder->flags};
    cursor->text += size;
}

void _dl_rtld_di_serinfo(struct link_map *loader, struct serinfo *info, bool counting) {
    struct object *object = link_map_object(loader);
    if (counting) {
        info->count = 0;
        info->size = 0;
        search_each_folder(object, count, info);
        info->size += (size_t)((char *)&info->folders[info->count] - (char *)info);
        return;
    }
    struct cursor cursor = {info, 0, (char *)&info->folders[info->count]};
    search_each_folder(object, store, &cursor);
}
