/* The story of a start, from the kernel's entry to the program's. Each step is somebody else's;
 * here is only their order, and what the order depends on. */
#include "start/start.h"

#include "audit/audit.h"
#include "base/auxv.h"
#include "base/bootstrap.h"
#include "process/debug.h"
#include "process/error.h"
#include "glibc/cpu/cpu_features.h"
#include "glibc/entry/bind.h"
#include "glibc/mirror/globals.h"
#include "glibc/mirror/libc.h"
#include "glibc/mirror/link_map.h"
#include "glibc/mirror/thread.h"
#include "glibc/tunables.h"
#include "start/handover.h"
#include "link/init.h"
#include "start/initial.h"
#include "start/list.h"
#include "link/load.h"
#include "object/map.h"
#include "process/options.h"
#include "object/order.h"
#include "link/relocate.h"
#include "link/statistics.h"
#include "start/reports.h"
#include "search/search.h"
#include "object/scope_index.h"
#include "space/space.h"
#include "start/standard_files.h"
#include "object/tls.h"

static void or_die(bool good, const struct error *error) {
    if (!good)
        error_fatal(error);
}

/* Everything that is known before any file is opened. */
static void prepare(elf_addr *stack) {
    process_read(stack);
    arch_use_sysinfo(process.sysinfo);
    if (process.secure)
        standard_files_open();
    handover_receive();
    options_read();
    statistics_enter(STATISTICS_REST);
    space_init(process.page_size);
    tunables_init(process.envp, options.secure);
    order_set_algorithm((int)tunable_number("glibc.rtld.dynamic_sort", 1));
    cpu_features_init();
    glibc_fill_globals();
    search_init();
    reports_print();
}

/* From here on tables are followed without looking at them again. */
static void require_sound(const struct object *program, struct error *error) {
    for (size_t i = 0; i < program->search.count; ++i)
        or_die(object_is_sound(program->search.objects[i], error), error);
}

/* Our allocator takes libc's place before any code of libc runs: IFUNC resolvers are next. */
static void patch_libraries(struct namespace *ns) {
    for (struct object *object = ns->first; object != NULL; object = object->next)
        if (object->dynamic.soname != NULL && object != linker_object)
            space_patch_library(object->dynamic.soname, true, initial_symbol, object);
}

/* Dependencies first: an IFUNC resolver may use what its object needs, and data that was copied
 * from an object must be complete. */
static void relocate_all(struct object *program, struct error *error) {
    scope_index_build(program->ns->main_scope);
    for (size_t i = 0; i < program->init_order_count; ++i) {
        struct object *object = program->init_order[i];
        if (!object->relocated &&
            !relocate_object(object, object->scopes.scopes, !options.bind_now, error))
            error_fatal_occasion(error, initial_occasion(error));
    }
}

/* Hands libc what it expects of a live dynamic linker, then lets its early code run. */
static void start_libc(struct namespace *ns) {
    if (tls_static.auditors != 0)
        thread_complete_initial_tls();
    else
        thread_init_initial_tls();
    if (audit_wanted())
        audit_linker_bound(ns->first);
    if (ns->libc != NULL) {
        glibc_bind_libc(ns->libc);
        glibc_early_init(ns->libc, true);
    }
}

elf_addr linker_start(elf_addr *stack) {
    struct error error = {0};
    bootstrap_relocate();
    prepare(stack);
    struct namespace *ns = namespace_at(NAMESPACE_BASE);
    statistics_enter(STATISTICS_LOADING);
    struct object *program = initial_load(ns, &error);
    statistics_enter(STATISTICS_REST);
    if (options.mode == RUN_PROGRAM)
        require_sound(program, &error);
    /* Before versions: a newer libc needs some of its linker that this one does not have. */
    if (options.mode == RUN_PROGRAM && ns->libc != NULL && !glibc_fits(ns->libc, &error))
        return handover(ns->libc, &error);
    initial_check_versions(program, &error);
    if (options.mode != RUN_PROGRAM)
        list_print(program);
    patch_libraries(ns);
    space_keep_for_guest(initial_symbol, program);
    or_die(tls_static.auditors != 0 ? thread_admit_initial(&error) : thread_create_initial(&error),
           &error);
    glibc_publish_loaded();
    if (debug_wants(DEBUG_SCOPES))
        debug_show_initial_scopes(ns);
    statistics_enter(STATISTICS_RELOCATION);
    relocate_all(program, &error);
    statistics_enter(STATISTICS_REST);
    start_libc(ns);
    or_die(map_protect_relro(linker_object, &error), &error);
    link_map_update_namespace(ns);
    if (audit_wanted())
        audit_change(ns, AUDIT_CONSISTENT);
    debug_state(ns, DEBUG_CONSISTENT);
    statistics_print();
    init_run(program);
    link_map_update_namespace(ns);
    return program->entry;
}
