/* glibc: -2.34 */
/* What auditors are told, and when, up to glibc 2.34. */
#include "audit/audit.h"

const struct audit_rules audit_rules = {
    .latest_version = 1,
};
