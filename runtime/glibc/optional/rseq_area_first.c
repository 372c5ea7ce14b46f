/* The area is inside struct pthread, the kernel's struct as it is (glibc 2.35 to 2.37 without what
 * later came to those branches). */
#include "glibc/mirror/rseq.h"
#include "glibc/mirror/thread.h"
#include "glibc_layout.h"

void thread_register_rseq(struct pthread *thread) {
    struct rseq *area = &thread->rseq_area;
    const struct rseq_place place = {area, &area->cpu_id, sizeof *area, sizeof *area};
    rseq_register(thread, &place);
}
