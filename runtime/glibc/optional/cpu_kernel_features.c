/* glibc: 2.38- */
/* Since glibc 2.38 a feature that the kernel has to switch on is believed when the kernel says so.
 */
#include "auxv.h"
#include "glibc/cpu_publish.h"

enum { HWCAP2_FSGSBASE = 1 << 1 };

void cpu_find_kernel_features(struct processor *cpu) {
    if ((process.hwcap2 & HWCAP2_FSGSBASE) != 0 && cpu_has(cpu, CPU_FSGSBASE))
        cpu_enable(cpu, CPU_FSGSBASE);
}
