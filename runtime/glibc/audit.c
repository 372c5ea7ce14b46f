/* The auditing interface as seen from libc: GLRO(dl_naudit) is 0, so none of this has work to do.
 */
#include "audit.h"

void _dl_audit_preinit(struct link_map *program) {
    (void)program;
}

void _dl_audit_symbind_alt(struct link_map *from, const elf_sym *symbol, void **value,
                           struct link_map *definer) {
    (void)from;
    (void)symbol;
    (void)value;
    (void)definer;
}

void __rtld_version_placeholder(void) {}
