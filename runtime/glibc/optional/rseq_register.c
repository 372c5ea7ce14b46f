/* From glibc 2.35 on. */
#include "glibc/mirror/rseq.h"

#include "arch.h"
#include "arch_instructions.h"
#include "glibc/tunables.h"
#include "glibc/mirror/thread.h"
#include "syscall_numbers.h"
#include "base/system.h"
#include "glibc_layout.h"

enum { REGISTRATION_FAILED = -2 };

bool rseq_is_wanted(void) {
    return tunable_number("glibc.pthread.rseq", 1) != 0;
}

void rseq_register(struct pthread *thread, const struct rseq_place *place) {
    long area = (long)place->area, size = (long)place->size;
    __rseq_offset = (char *)place->area - (char *)thread;
    if (rseq_is_wanted() && system_call(SYS_rseq, area, size, 0, ARCH_RSEQ_SIGNATURE, 0, 0) == 0)
        __rseq_size = place->used;
    else
        *place->cpu_id = (uint32_t)REGISTRATION_FAILED;
}
