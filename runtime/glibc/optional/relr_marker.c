/* glibc: 2.36- */
/* Since glibc 2.36 libc offers a version that libraries with DT_RELR have to need. */
#include "glibc/rules.h"
#include "glibc_layout.h"

bool glibc_wants_relr_marker(void) {
    return true;
}
