/* i386: what LD_SHOW_AUXV calls the bits of AT_HWCAP, which are CPUID's. */
#include "process/environment.h"
#include "glibc_layout.h"

const struct hwcap_words *environment_hwcap_words(void) {
    static const struct hwcap_words words = {
        {"fpu",  "vme",  "de",   "pse", "tsc",  "msr", "pae",   "mce", "cx8",     "apic", "10",
         "sep",  "mtrr", "pge",  "mca", "cmov", "pat", "pse36", "pn",  "clflush", "20",   "dts",
         "acpi", "mmx",  "fxsr", "sse", "sse2", "ss",  "ht",    "tm",  "ia64",    "pbe"},
    };
    _Static_assert(sizeof words == sizeof _rtld_global_ro._dl_x86_cap_flags, "one for each bit");
    return &words;
}
