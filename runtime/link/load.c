/* The one place where an object's life begins and ends: from a name to a mapped, decoded object in
 * its namespace, and back to nothing. */
#include "link/load.h"

#include "audit/audit.h"
#include "process/debug.h"
#include "glibc/mirror/link_map.h"
#include "process/heap.h"
#include "object/map.h"
#include "search/search.h"
#include "base/text.h"

struct object *object_create(struct namespace *ns, const char *name, enum object_kind kind) {
    struct object *object = heap_allocate(sizeof *object);
    char *copy = heap_copy_text(name);
    if (object == NULL || copy == NULL) {
        heap_free(object);
        heap_free(copy);
        return NULL;
    }
    object->ns = ns;
    object->name = copy;
    object->kind = kind;
    object->serial = namespace_adds;
    return object;
}

static void free_names(struct object_name *name) {
    while (name != NULL) {
        struct object_name *next = name->next;
        heap_free((void *)(uintptr_t)name->name);
        heap_free(name);
        name = next;
    }
}

void object_destroy(struct object *object) {
    if (object->previous != NULL || object->ns->first == object)
        namespace_remove(object);
    link_map_destroy(object);
    if (object->shared == NULL) {
        map_remove(object);
        heap_free(object->versions);
    }
    search_forget_object(object);
    free_names(object->names);
    heap_free((void *)(uintptr_t)object->name);
    heap_free((void *)(uintptr_t)object->origin);
    heap_free(object->needed);
    heap_free(object->filtees);
    heap_free(object->search.objects);
    heap_free(object->symbolic.objects);
    heap_free(object->scopes.scopes);
    heap_free(object->init_order);
    heap_free(object->bound);
    heap_free(object->calls);
    heap_free(object);
}

bool object_add_name(struct object *object, const char *name) {
    struct object_name *node = heap_allocate(sizeof *node);
    char *copy = heap_copy_text(name);
    if (node == NULL || copy == NULL) {
        heap_free(node);
        heap_free(copy);
        return false;
    }
    node->name = copy;
    struct object_name **end = &object->names;
    while (*end != NULL)
        end = &(*end)->next;
    *end = node;
    return true;
}

static bool add_symbolic_scope(struct object *object) {
    object->symbolic.objects = heap_allocate(sizeof(struct object *));
    if (object->symbolic.objects == NULL)
        return false;
    object->symbolic.objects[0] = object;
    object->symbolic.count = 1;
    return scope_list_append(&object->scopes, &object->symbolic);
}

bool object_set_scopes(struct object *object) {
    struct object *head = object;
    while (head->loader != NULL)
        head = head->loader;
    struct scope *global = object->ns->main_scope;
    bool symbolic = (object->dynamic.flags & DF_SYMBOLIC) != 0 && object->kind != OBJECT_VDSO;
    return (!symbolic || add_symbolic_scope(object)) &&
           (global == NULL || scope_list_append(&object->scopes, global)) &&
           (global == &head->search || scope_list_append(&object->scopes, &head->search));
}

/* ld.so itself, asked for by any path: it must never be loaded a second time. */
static struct object *linker_by_name(struct namespace *ns, const char *name) {
    const char *slash = text_find_last(name, '/');
    bool same = text_equal(slash != NULL ? slash + 1 : name, ARCH_SONAME);
    return linker_object != NULL && same ? load_linker(ns) : NULL;
}

static struct object *find_by_name(struct namespace *ns, const char *name) {
    for (struct object *object = ns->first; object != NULL; object = object->next) {
        if (object->removed || object->forgotten || object->missing)
            continue;
        if (object_is_named(object, name))
            return object;
        if (object->dynamic.soname != NULL && text_equal(object->dynamic.soname, name))
            return object_add_name(object, name) ? object : NULL;
    }
    return linker_by_name(ns, name);
}

static struct object *find_by_file(struct namespace *ns, const struct file_status *status) {
    for (struct object *object = ns->first; object != NULL; object = object->next)
        if (!object->removed && !object->forgotten && object->inode == status->inode &&
            object->inode != 0 && object->device == status->device)
            return object;
    return NULL;
}

static void report_mapped(const struct object *object) {
    enum { DIGITS = 2 * sizeof(elf_addr) };
    elf_addr end = object->map_start;
    for (size_t i = 0; i < object->phdr_count; ++i) {
        const elf_phdr *header = &object->phdr[i];
        end = header->p_type == PT_LOAD ? object->base + header->p_vaddr + header->p_memsz : end;
    }
    debug_print("  dynamic: 0x%0*lx  base: 0x%0*lx   size: 0x%0*lx\n"
                "    entry: 0x%0*lx  phdr: 0x%0*lx  phnum:   %*u\n\n",
                DIGITS, (unsigned long)object->dynamic.table, DIGITS, (unsigned long)object->base,
                DIGITS, (unsigned long)(end - object->map_start), DIGITS,
                (unsigned long)object->entry, DIGITS, (unsigned long)object->phdr, DIGITS,
                (unsigned)object->phdr_count);
}

/* ld.so names a file by its path while it looks at the header, and afterwards as it was asked for.
 */
static bool name_in_error(struct error *error, const char *name) {
    struct error old = *error;
    error_set(error, old.code, name, "%s", old.message);
    error_clear(&old);
    return false;
}

static bool is_for_loading(const struct object *object, const char *name, struct error *error) {
    if (object->kind != OBJECT_PROGRAM && (object->dynamic.flags_1 & DF_1_PIE) != 0)
        return error_set(error, 0, name, "cannot dynamically load position-independent executable");
    if (object->kind == OBJECT_LOADED && (object->dynamic.flags_1 & DF_1_NOOPEN) != 0)
        return error_set(error, 0, name, "shared object cannot be dlopen()ed");
    return true;
}

static bool complete(struct object *object, const char *name, const struct found_file *file,
                     struct error *error) {
    if (!map_file(object, file, error) || !object_decode(object, error))
        return name_in_error(error, name);
    if (debug_wants(DEBUG_FILES))
        report_mapped(object);
    if (!is_for_loading(object, name, error))
        return false;
    if (options.mode != RUN_VERIFY && !object_decode_versions(object, error)) /* it looks at none */
        return name_in_error(error, name);
    /* Now, not when it is asked for: a relative path means the current folder of today. */
    (void)search_origin(object);
    if (object->kind == OBJECT_PROGRAM)
        name = ""; /* that is all it is called when the kernel maps it */
    if (!object_add_name(object, name) || !object_set_scopes(object) || !link_map_create(object))
        return error_set(error, E_NOMEM, object->name, "cannot create shared object descriptor");
    return true;
}

static struct object *load_file(struct namespace *ns, const char *name, struct object *loader,
                                enum object_kind kind, const struct found_file *file,
                                struct error *error) {
    struct object *known = find_by_file(ns, &file->status);
    if (known != NULL)
        return object_add_name(known, name) ? known : NULL;
    struct object *object = object_create(ns, file->path, kind);
    if (object == NULL) {
        error_set(error, E_NOMEM, file->path, "cannot create shared object descriptor");
        return NULL;
    }
    object->at_fixed_address = ((const elf_ehdr *)(const void *)file->header)->e_type == ET_EXEC;
    /* What dlopen asks for heads a chain of its own; whoever called dlopen is relocated already. */
    object->loader = loader != NULL && loader->relocated ? NULL : loader;
    if (debug_wants(DEBUG_FILES))
        debug_print("file=%s [%ld];  generating link map\n", name, ns->id);
    if (!complete(object, name, file, error)) {
        object_destroy(object);
        return NULL;
    }
    if (kind == OBJECT_PROGRAM)
        object->device = object->inode =
            0; /* as when the kernel mapped it: not known by its file */
    namespace_add(ns, object);
    if (audit_wanted())
        audit_added(object);
    return object;
}

/* --list goes on when a library is missing: an object without contents takes its place. */
static struct object *stand_in(struct namespace *ns, const char *name, struct object *loader,
                               struct error *error) {
    struct object *object = object_create(ns, name, OBJECT_LIBRARY);
    if (object == NULL || !link_map_create(object))
        return NULL;
    error_clear(error);
    object->loader = loader;
    object->missing = true;
    object_add_name(object, name);
    namespace_add(ns, object);
    return object;
}

static void report_request(const char *name, const struct object *loader, struct namespace *ns) {
    if (loader == NULL)
        return;
    debug_print("\n");
    debug_print("file=%s [%ld];  %s %s [%ld]\n", name, ns->id,
                loader->relocated ? "dynamically loaded by" : "needed by", debug_name(loader),
                loader->ns->id);
}

/* Finds the file for *name, or for what auditors put in its place. */
static bool open_file(const char **name, struct object *loader, unsigned how,
                      struct found_file *file, struct error *error) {
    if (audit_wanted())
        *name = audit_search(*name, loader, AUDIT_AS_ASKED);
    if (*name == NULL)
        return search_refused(error);
    return search_open(*name, loader, options.secure && (how & LOAD_PRELOAD) != 0, file, error);
}

struct object *load_object(struct namespace *ns, const char *name, struct object *loader,
                           enum object_kind kind, unsigned how, struct error *error) {
    /* What ld.so is to run is always a file, even its own. */
    struct object *known = kind != OBJECT_PROGRAM ? find_by_name(ns, name) : NULL;
    struct found_file file;
    file.refused = false;
    if (known != NULL)
        return known;
    if (debug_wants(DEBUG_FILES))
        report_request(name, loader, ns);
    const char *asked = name;
    if (!open_file(&name, loader, how, &file, error)) {
        bool listing = options.traced && !file.refused && kind == OBJECT_LIBRARY &&
                       loader != NULL && (how & LOAD_PRELOAD) == 0;
        return listing ? stand_in(ns, asked, loader, error) : NULL;
    }
    struct object *object;
    if ((how & LOAD_KNOWN_ONLY) != 0)
        object = find_by_file(ns, &file.status);
    else
        object = load_file(ns, name, loader, kind, &file, error);
    if (object != NULL && object == ns->last && name != asked)
        object_add_name(object, asked);
    system_close(file.fd);
    heap_free(file.path);
    return object;
}
