/* The area is inside struct pthread, with room for what kernels add (Debian's 2.36 from deb12u8 on,
 * to 2.40). */
#include "glibc/mirror/rseq.h"
#include "glibc/mirror/thread.h"
#include "glibc_layout.h"

enum { USED = 20 }; /* bytes of the kernel's first version */

void thread_register_rseq(struct pthread *thread) {
    union pthread__rseq_area *area = &thread->rseq_area;
    const struct rseq_place place = {area, &area->cpu_id, sizeof *area, USED};
    rseq_register(thread, &place);
}
