/* glibc: 2.35-2.40 */
/* What auditors are told, and when, glibc 2.35 to 2.40. */
#include "audit/audit.h"

const struct audit_rules audit_rules = {
    .latest_version = 2,
    .opens_vdso = true,
    .binds_at_relocation = true,
    .binds_linker = true,
};
