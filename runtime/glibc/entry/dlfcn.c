/* dlopen, dlclose, dlsym: takes the load lock, turns handles and addresses into objects, and errors
 * into exceptions, which are thrown when no lock is held any more. */
#include "glibc/entry/dlfcn.h"

#include <stdarg.h>

#include "process/debug.h"
#include "dl/dl.h"
#include "glibc/mirror/dtv.h"
#include "glibc/entry/exceptions.h"
#include "base/format.h"
#include "glibc/locks.h"
#include "process/heap.h"
#include "glibc/mirror/link_map.h"
#include "object/lookup.h"
#include "glibc/entry/symbol_entry.h"
#include "base/system.h"
#include "glibc_layout.h"

/* Values of dlmopen's namespace argument that are not namespaces. */
enum { NEW_NAMESPACE = -1, CALLERS_NAMESPACE = -2 };

static struct object *object_at(const void *address) {
    struct object *object = namespace_object_at(address);
    return object != NULL ? object : namespace_at(NAMESPACE_BASE)->first;
}

static struct namespace *empty_namespace(const char *name, struct error *error) {
    struct namespace *ns = namespace_unused();
    if (ns == NULL)
        error_set(error, E_INVAL, name, "no more namespaces available for dlmopen()");
    return ns;
}

static struct namespace *target(const char *name, long id, const struct object *caller,
                                struct error *error) {
    if (id == NEW_NAMESPACE)
        return empty_namespace(name, error);
    if (id == CALLERS_NAMESPACE)
        return caller->ns;
    if (id >= 0 && id < NAMESPACE_COUNT && namespace_at(id)->count != 0 &&
        !namespace_at(id)->first->auditing)
        return namespace_at(id);
    error_set(error, E_INVAL, name, "invalid target namespace in dlmopen()");
    return NULL;
}

/* Fills in who asks and where to, and opens. */
static struct object *open_locked(struct dl_request *request, const void *caller, long id,
                                  struct error *error) {
    request->caller = object_at(caller);
    request->ns = target(request->name, id, request->caller, error);
    struct object *object = request->ns != NULL ? dl_open(request, error) : NULL;
    if (request->ns != NULL && request->ns->id != NAMESPACE_BASE)
        link_map_count_namespaces();
    return object;
}

static void *open_entry(const char *name, int mode, const void *caller, long id, int argc,
                        char **argv, char **envp) {
    struct dl_request request = {
        .name = name, .mode = mode, .argc = argc, .argv = argv, .envp = envp};
    struct error error = {0};
    struct object *object = NULL;
    if ((mode & (DL_LAZY | DL_NOW)) == 0) {
        error_set(&error, E_INVAL, name, "invalid mode for dlopen()");
    } else {
        load_lock();
        object = open_locked(&request, caller, id, &error);
        load_unlock();
    }
    if (object == NULL && error.message != NULL)
        exception_throw(&error);
    return object != NULL ? object->handle : NULL;
}

static void close_entry(void *handle) {
    struct error error = {0};
    load_lock();
    bool good = dl_close(link_map_object(handle), &error);
    if (_rtld_global._dl_nns > 1)
        link_map_count_namespaces();
    load_unlock();
    if (!good)
        exception_throw(&error);
}

/* dlsym's scopes as libc hands them over, turned into ours: in `room`, or on the heap when they are
 * many (one for each open library that needs the caller). NULL: no memory. */
enum { SCOPE_ROOM = 6 };

static __attribute__((noinline)) struct scope **many_scopes(struct r_scope_elem *const *theirs) {
    size_t count = SCOPE_ROOM;
    while (theirs[count] != NULL)
        count++;
    struct scope **ours = heap_allocate((count + 1) * sizeof(struct scope *));
    for (size_t i = 0; ours != NULL && i < count; i++)
        ours[i] = link_map_scope(theirs[i]);
    return ours;
}

static struct scope **own_scopes(struct r_scope_elem *const *theirs, struct scope **room) {
    for (size_t i = 0; i < SCOPE_ROOM; i++) {
        if (theirs[i] == NULL) {
            room[i] = NULL;
            return room;
        }
        room[i] = link_map_scope(theirs[i]);
    }
    return many_scopes(theirs);
}

/* Finds a definition for libc. Returns the object that defines `name` and its symbol in *symbol (on
 * entry the referring one, NULL: none); NULL for a weak reference. */
static struct link_map *lookup_entry(const char *name, struct link_map *from,
                                     const elf_sym **symbol, struct r_scope_elem **scopes,
                                     const struct r_found_version *version, int class, int flags,
                                     struct link_map *skip) {
    struct scope *room[SCOPE_ROOM];
    struct scope **searched = own_scopes(scopes, room);
    struct wanted_version wanted;
    struct binding binding;
    struct error error = {0};
    if (version != NULL)
        wanted = (struct wanted_version){version->name, version->hash, version->hidden != 0,
                                         version->filename};
    const struct reference reference = {
        .name = symbol_name_of(name),
        .version = version != NULL ? &wanted : NULL,
        .class = (unsigned)class,
        .flags = (unsigned)flags,
        .symbol = *symbol,
        .from = link_map_object(from),
        .skip = skip != NULL ? link_map_object(skip) : NULL,
    };
    bool good = searched != NULL ? lookup(&reference, searched, &binding, &error)
                                 : error_set(&error, E_NOMEM, "", "cannot create scope list");
    if (searched != room)
        heap_free(searched);
    if (!good)
        exception_throw(&error);
    *symbol = binding.symbol != NULL ? symbol_entry(&binding) : NULL;
    return binding.symbol != NULL ? link_map_of(binding.object) : NULL;
}

__attribute__((format(printf, 1, 2))) static void debug_entry(const char *format, ...) {
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    format_va(text, sizeof text, format, arguments);
    va_end(arguments);
    debug_print("%s", text);
}

struct link_map *_dl_find_dso_for_object(elf_addr address) {
    struct object *object = namespace_object_at((const void *)address);
    return object != NULL ? link_map_of(object) : NULL;
}

void _dl_mcount(elf_addr from, elf_addr to) {
    (void)from;
    (void)to;
}

typedef void entry(void);

/* The compiler describes the stack wrongly around a call that may be the last. */
__attribute__((disable_tail_calls)) void dlfcn_fill_entries(void) {
    struct rtld_global_ro *ro = &_rtld_global_ro;
    ro->_dl_open = (entry *)open_entry;
    ro->_dl_close = (entry *)close_entry;
    ro->_dl_lookup_symbol_x = (entry *)lookup_entry;
    ro->_dl_debug_printf = (entry *)debug_entry;
    ro->_dl_mcount = (entry *)_dl_mcount;
    ro->_dl_tls_get_addr_soft = (entry *)dtv_address_if_any;
    if (dlfcn_fill_error_entries != NULL)
        dlfcn_fill_error_entries();
    if (dlfcn_fill_free_resources != NULL)
        dlfcn_fill_free_resources();
    if (dlfcn_fill_find_object != NULL)
        dlfcn_fill_find_object();
    if (dlfcn_fill_readonly_area != NULL)
        dlfcn_fill_readonly_area();
}
