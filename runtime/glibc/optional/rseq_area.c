/* Restartable sequences with the area inside struct pthread (glibc 2.35 to 2.40). */
#include "arch.h"
#include "glibc/glibc.h"
#include "glibc/thread.h"
#include "syscall_numbers.h"
#include "system.h"

enum { SIGNATURE = 0x53053053 }; /* RSEQ_SIG of x86 */
enum { USED_SIZE = 20 };         /* bytes of the area that have a meaning, as __rseq_size tells */
enum { REGISTRATION_FAILED = -2 };

void thread_register_rseq(struct pthread *thread) {
    union pthread__rseq_area *area = &thread->rseq_area;
    long result = -E_NOSYS;
    __rseq_offset = (char *)area - (char *)thread;
    if (tunable_number("glibc.pthread.rseq", 1) != 0)
        result = system_call(SYS_rseq, (long)area, sizeof *area, 0, SIGNATURE, 0, 0);
    if (result == 0)
        __rseq_size = USED_SIZE;
    else
        area->cpu_id = (uint32_t)REGISTRATION_FAILED;
}
