/* The search order as a list that others can read: dlinfo(RTLD_DI_SERINFO) and --help. */
#include "base/format.h"
#include "process/heap.h"
#include "object/namespace.h"
#include "object/object.h"
#include "search/search.h"
#include "search/search_hwcaps.h"
#include "search/search_lists.h"
#include "base/text.h"

struct visitor {
    void (*visit)(const struct search_folder *folder, void *context);
    void *context;
};

static void visit_list(const struct folder_list *list, const struct visitor *visitor) {
    if (list == NULL || list->dropped)
        return;
    for (size_t i = 0; i < list->count; ++i) {
        const struct folder *folder = list->folders[i];
        char *path = heap_copy_text(folder->length == 0 ? "." : folder->path);
        if (path != NULL) {
            path[path_trimmed(path, strlen(path))] = '\0';
            const struct search_folder entry = {path, folder->what, 0};
            visitor->visit(&entry, visitor->context);
            heap_free(path);
        }
    }
}

void search_each_folder(struct object *object,
                        void (*visit)(const struct search_folder *folder, void *context),
                        void *context) {
    const struct visitor visitor = {visit, context};
    if (object->dynamic.runpath == NULL) {
        for (struct object *user = object; user != NULL; user = user->loader)
            visit_list(search_rpath_list(user), &visitor);
        struct object *program = search_program();
        if (object->ns->id == NAMESPACE_BASE && program != NULL && program != object)
            visit_list(search_rpath_list(program), &visitor);
    }
    visit_list(search_library_path_list(), &visitor);
    visit_list(search_runpath_list(object), &visitor);
    if ((object->dynamic.flags_1 & DF_1_NODEFLIB) == 0)
        visit_list(search_default_list(), &visitor);
}

static void print_folder(const struct search_folder *folder, void *context) {
    (void)context;
    print(1, "  %s (%s)\n", folder->path, folder->what);
}

void search_print(void) {
    const struct visitor printer = {print_folder, NULL};
    struct object *program = search_program();
    print(1, "\nShared library search path:\n");
    if (program != NULL)
        visit_list(search_rpath_list(program), &printer);
    visit_list(search_library_path_list(), &printer);
    if (program != NULL)
        visit_list(search_runpath_list(program), &printer);
    print(1, "  (libraries located via /etc/ld.so.cache)\n");
    visit_list(search_default_list(), &printer);
    hwcaps_print();
}
