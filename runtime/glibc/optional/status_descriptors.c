/* glibc: 2.39- */
/* Since glibc 2.39 ld.so asks for a descriptor by fstat where it is enough. */
#include "base/status_rules.h"

void status_rules_plain_descriptors(void) {}
