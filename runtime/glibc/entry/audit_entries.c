/* The auditing interface as libc sees it: the list of auditors in _rtld_global_ro, of which glibc
 * before 2.35 calls the functions itself, and its calls for later ones. */
#include "audit/audit.h"

#include "glibc/entry/audit_entries.h"
#include "base/cold.h"
#include "glibc/mirror/link_map.h"
#include "object/lookup.h"
#include "glibc_layout.h"

typedef void entry(void);

void link_map_add_auditor(size_t index, const struct auditor *auditor) {
    static struct audit_ifaces interfaces[AUDITOR_LIMIT] COLD;
    struct audit_ifaces *own = &interfaces[index];
    own->activity = (entry *)auditor->activity;
    own->objsearch = (entry *)auditor->search;
    own->objopen = (entry *)auditor->open;
    own->preinit = (entry *)auditor->preinit;
    own->symbind32 = (entry *)auditor->bind; /* symbind64 is the same place */
    own->objclose = (entry *)auditor->close;
    if (index == 0)
        _rtld_global_ro._dl_audit = own;
    else
        interfaces[index - 1].next = own;
    _rtld_global_ro._dl_naudit = (uint32_t)index + 1;
}

void _dl_audit_preinit(struct link_map *program) {
    if (audit_wanted())
        audit_preinit(link_map_object(program));
}

void _dl_audit_symbind_alt(struct link_map *from, const elf_sym *symbol, void **value,
                           struct link_map *definer) {
    const struct binding binding = {.object = link_map_object(definer), .symbol = symbol};
    *value = (void *)audit_bind_dlsym(link_map_object(from), &binding, (elf_addr)*value);
}

void __rtld_version_placeholder(void) {}
