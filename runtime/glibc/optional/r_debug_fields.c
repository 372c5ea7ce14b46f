/* glibc: -2.34 */
/* Before glibc 2.35 the records of further namespaces lie in _rtld_global. */
#include "base/bootstrap.h"
#include "glibc/mirror/r_debug.h"
#include "object/namespace.h"

struct r_debug *r_debug_record(long id) {
    bool base = id == NAMESPACE_BASE;
    struct r_debug *record = base ? &_r_debug : &_rtld_global._dl_ns[id]._ns_debug;
    if (record->r_brk == 0) {
        record->r_version = 1;
        record->r_brk = (elf_addr)_dl_debug_state;
        record->r_ldbase = (elf_addr)&bootstrap_header;
    }
    return record;
}
