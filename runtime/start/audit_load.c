/* Which libraries are auditors, and their loading: each into a namespace of its own, with its own
 * C library, before anything else but the program is there. */
#include "audit/audit.h"

#include "base/auxv.h"
#include "process/debug.h"
#include "dl/dl.h"
#include "base/format.h"
#include "glibc/entry/audit_entries.h"
#include "glibc/mirror/link_map.h"
#include "glibc/mirror/thread.h"
#include "glibc/tunables.h"
#include "process/heap.h"
#include "link/init.h"
#include "link/load.h"
#include "object/lookup.h"
#include "process/options.h"
#include "base/system.h"
#include "base/text.h"
#include "object/tls.h"

enum { LONGEST_NAME = 255 };

typedef bool name_visitor(const char *name, void *context);

/* As in glibc, a path is as short as a file's name. A secure process hears plain names only. */
static bool is_allowed(const char *name, size_t length) {
    if (length == 0 || length >= LONGEST_NAME)
        return false;
    return !options.secure || text_find(name, '/') == NULL;
}

/* Visits the names in a list with colons. False: a visit said so, or no memory. */
static bool each_in_list(const char *list, name_visitor *visit, void *context) {
    char *copy = heap_copy_text(list);
    bool good = copy != NULL;
    for (char *name = copy, *next; good && name != NULL; name = next) {
        char *colon = (char *)(uintptr_t)text_find(name, ':');
        next = colon != NULL ? colon + 1 : NULL;
        if (colon != NULL)
            *colon = '\0';
        if (is_allowed(name, strlen(name)))
            good = visit(name, context);
    }
    heap_free(copy);
    return good;
}

static bool each_in_program(const struct object *program, elf_saddr tag, name_visitor *visit,
                            void *context) {
    bool good = true;
    for (size_t i = 0; good && i < program->dynamic.count; ++i) {
        const elf_dyn *entry = &program->dynamic.table[i];
        const char *list =
            (elf_saddr)entry->d_tag == tag ? object_string(program, entry->d_un.d_val) : NULL;
        good = list == NULL || each_in_list(list, visit, context);
    }
    return good;
}

static bool each_name(const struct object *program, name_visitor *visit, void *context) {
    bool good = true;
    for (size_t i = 0; good && i < options.audit_count; ++i)
        good = each_in_list(options.audit[i], visit, context);
    return good && each_in_program(program, DT_AUDIT, visit, context) &&
           each_in_program(program, DT_DEPAUDIT, visit, context);
}

static bool count_one(const char *name, void *context) {
    (void)name;
    ++*(size_t *)context;
    return true;
}

static void report(const char *name, const char *why) {
    print(2, "ERROR: ld.so: object '%s' cannot be loaded as audit interface: %s; ignored.\n", name,
          why);
}

/* The function's address in the auditor or what it needs; 0: `error` says why. */
static elf_addr function(struct object *root, const char *name, struct error *error) {
    struct scope *scopes[] = {&root->search, NULL};
    const struct reference reference = {
        .name = symbol_name_of(name), .flags = LOOKUP_RETURN_NEWEST, .from = root};
    struct binding binding = {0};
    return lookup(&reference, scopes, &binding, error) ? binding_address(&binding) : 0;
}

/* One that the auditor may lack. */
static void *optional_function(struct object *root, const char *name) {
    struct error error = {0};
    elf_addr address = function(root, name, &error);
    error_clear(&error);
    return (void *)address;
}

static void take_functions(struct auditor *auditor, struct object *root) {
    *(void **)&auditor->activity = optional_function(root, "la_activity");
    *(void **)&auditor->search = optional_function(root, "la_objsearch");
    *(void **)&auditor->open = optional_function(root, "la_objopen");
    *(void **)&auditor->preinit = optional_function(root, "la_preinit");
    *(void **)&auditor->bind =
        optional_function(root, sizeof(elf_addr) == 8 ? "la_symbind64" : "la_symbind32");
    *(void **)&auditor->enter = optional_function(root, ARCH_AUDIT_ENTER);
    *(void **)&auditor->exit = optional_function(root, ARCH_AUDIT_EXIT);
    *(void **)&auditor->close = optional_function(root, "la_objclose");
}

/* Whether the auditor speaks a version that we do; says so when not. */
static bool has_version(struct object *root, const char *name) {
    struct error error = {0};
    elf_addr address = function(root, "la_version", &error);
    if (address == 0) {
        report(name, error.message);
        error_clear(&error);
        return false;
    }
    unsigned version = ((unsigned (*)(unsigned))address)(audit_rules.latest_version);
    if (version == 0 && debug_wants(DEBUG_FILES))
        debug_print("file=%s [%ld]; audit interface function la_version returned zero; ignored.\n",
                    root->name, root->ns->id);
    if (version > audit_rules.latest_version)
        debug_print("ERROR: audit interface '%s' requires version %d (maximum supported version "
                    "%d); ignored.\n",
                    name, (int)version, (int)audit_rules.latest_version);
    return version != 0 && version <= audit_rules.latest_version;
}

static struct object *open_auditor(const char *name) {
    struct error error = {0};
    struct dl_request request = {
        .name = name,
        .mode = DL_LAZY | DL_MODE_DLOPEN,
        .caller = linker_object,
        .argc = process.argc,
        .argv = process.argv,
        .envp = process.envp,
        .for_audit = true,
    };
    request.ns = namespace_unused();
    if (request.ns == NULL) {
        report(name, "no more namespaces available for dlmopen()");
        return NULL;
    }
    request.ns->audits = true;
    struct object *root = dl_open(&request, &error);
    if (root == NULL)
        report(name, error.message);
    request.ns->audits = root != NULL;
    error_clear(&error);
    link_map_count_namespaces();
    return root;
}

static bool load_one(const char *name, void *context) {
    struct error error = {0};
    struct object *root = open_auditor(name);
    (void)context;
    if (root == NULL)
        return true;
    if (!has_version(root, name)) {
        struct namespace *ns = root->ns;
        dl_close(root, &error);
        error_clear(&error);
        ns->audits = false;
        link_map_count_namespaces();
        return true;
    }
    take_functions(&auditors[auditor_count], root);
    link_map_add_auditor(auditor_count, &auditors[auditor_count]);
    auditor_count++;
    root->auditing = true;
    return true;
}

/* Every auditor's C library and its dependencies may want static TLS. */
static void reserve(size_t count) {
    size_t namespaces = (size_t)tunable_number("glibc.rtld.nns", 4);
    size_t room = NAMESPACE_COUNT - (namespaces < NAMESPACE_COUNT ? namespaces : NAMESPACE_COUNT);
    if (count > room) {
        print(2, "Failed loading %lu audit modules, %lu are supported.\n", (unsigned long)count,
              (unsigned long)room);
        system_exit(127);
    }
    tls_static.auditors = count;
}

bool audit_load(struct object *program, struct error *error) {
    size_t count = 0;
    bool good = each_name(program, count_one, &count);
    link_map_expect_auditors(count);
    if (!good || count == 0)
        return true;
    reserve(count);
    if (!thread_create_initial(error))
        return false;
    thread_init_initial_tls();
    each_name(program, load_one, NULL);
    if (audit_wanted()) {
        audit_open(program);
        audit_open(linker_object);
        audit_change(program->ns, AUDIT_ADDING);
    }
    return true;
}
