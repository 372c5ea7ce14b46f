/* glibc 2.39 added two words of hwcap bits. */
#include "base/auxv.h"
#include "glibc/entry/diagnostics.h"
#include "glibc/mirror/globals.h"
#include "glibc_layout.h"

void globals_set_later_hwcaps(void) {
    _rtld_global_ro._dl_hwcap3 = process.hwcap3;
    _rtld_global_ro._dl_hwcap4 = process.hwcap4;
}

void diagnostics_later_hwcaps(void) {
    diagnostics_value("dl_hwcap3", process.hwcap3);
    diagnostics_value("dl_hwcap4", process.hwcap4);
}
