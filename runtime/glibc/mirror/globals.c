/* _rtld_global and _rtld_global_ro: what every start fills the same way, from what the kernel said
 * and what the user asked for. Each group with a life of its own is elsewhere: cpu features, TLS,
 * threads, locks, entry points. */
#include "base/auxv.h"
#include "glibc/entry/dlfcn.h"
#include "glibc/tunables.h"
#include "glibc_layout.h"
#include "glibc/mirror/globals.h"
#include "process/heap.h"
#include "glibc/mirror/link_map.h"
#include "object/lookup.h"
#include "process/options.h"
#include "base/system.h"
#include "base/text.h"
#include "vdso_slots.h"

enum {
    FPU_CONTROL = 0x37f, /* all exceptions masked, extended precision, round to nearest */
    DEFAULT_CLOCK_TICKS = 100,
};

static void fill_kernel_values(struct rtld_global_ro *ro) {
    ro->_dl_pagesize = process.page_size;
    ro->_dl_auxv = process.auxv;
    ro->_dl_clktck = process.clktck != 0 ? (int32_t)process.clktck : DEFAULT_CLOCK_TICKS;
    ro->_dl_hwcap2 = process.hwcap2;
    if (globals_set_later_hwcaps != NULL)
        globals_set_later_hwcaps();
    ro->_dl_sysinfo_dso = (void *)process.vdso;
    ro->_dl_fpu_control = FPU_CONTROL;
}

static void fill_options(struct rtld_global_ro *ro) {
    ro->_dl_debug_mask = (int32_t)options.debug;
    ro->_dl_debug_fd = options.debug_fd;
    ro->_dl_lazy = !options.bind_now;
    ro->_dl_bind_not = options.bind_not;
    ro->_dl_dynamic_weak = options.dynamic_weak;
    ro->_dl_verbose = options.warn;
    ro->_dl_inhibit_cache = options.inhibit_cache;
    ro->_dl_profile_output = (void *)(uintptr_t)options.profile_output;
    if (globals_set_sort_algorithm != NULL)
        globals_set_sort_algorithm(tunable_number("glibc.rtld.dynamic_sort", 2) == 1 ? 0 : 1);
    if (globals_set_versions != NULL)
        globals_set_versions();
}

void glibc_fill_globals(void) {
    fill_kernel_values(&_rtld_global_ro);
    fill_options(&_rtld_global_ro);
    dlfcn_fill_entries();
    _rtld_global._dl_nns = 1;
    __libc_stack_end = process.stack;
    __libc_enable_secure = options.secure;
    _dl_argv = process.argv;
}

void glibc_fill_vdso(struct object *vdso) {
    _rtld_global_ro._dl_sysinfo_map = vdso->handle;
    for (size_t i = 0; i < VDSO_SLOT_COUNT; ++i) {
        const struct vdso_slot *slot = &vdso_slots[i];
        struct wanted_version version = {.name = slot->version,
                                         .hash = sysv_hash_of(slot->version)};
        const elf_sym *symbol = lookup_in_object(vdso, slot->symbol, &version);
        elf_addr address = symbol != NULL ? vdso->base + symbol->st_value : 0;
        memcpy((char *)&_rtld_global_ro + slot->offset, &address, sizeof address);
    }
}

void glibc_publish_loaded(void) {
    struct namespace *ns = namespace_at(NAMESPACE_BASE);
    link_map_update_namespace(ns);
    struct link_map *program = ns->first->handle;
    /* libc takes a non-NULL value as the sign of a live dynamic linker and looks no further. */
    _rtld_global_ro._dl_init_all_dirs = program;
    if (globals_set_all_dirs != NULL)
        globals_set_all_dirs(program);
    _rtld_global_ro._dl_initial_searchlist.r_list = program->l_searchlist.r_list;
    _rtld_global_ro._dl_initial_searchlist.r_nlist = program->l_searchlist.r_nlist;
    /* A direct start has moved them. */
    _dl_argv = process.argv;
    _rtld_global_ro._dl_auxv = process.auxv;
}
