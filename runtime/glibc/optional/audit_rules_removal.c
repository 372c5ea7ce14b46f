/* glibc: 2.41- */
/* What auditors are told, and when, since glibc 2.41. */
#include "audit/audit.h"

const struct audit_rules audit_rules = {
    .latest_version = 2,
    .opens_vdso = true,
    .binds_at_relocation = true,
    .binds_linker = true,
    .removal_first = true,
    .consistent_when_bound = true,
    .knows_linkers = true,
};
