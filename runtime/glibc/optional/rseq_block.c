/* glibc: 2.41- */
/* Restartable sequences with the area in a block of static TLS, as large as the kernel's features
 * ask. The kernel takes no less than 32 bytes. */
#include "base/auxv.h"
#include "glibc/mirror/rseq.h"
#include "glibc/mirror/thread.h"
#include "glibc_layout.h"

enum { LEAST_SIZE = 32, LEAST_ALIGN = 32, LEAST_USED = 20 };

/* The beginning of the kernel's struct rseq. */
struct area {
    uint32_t cpu_id_start, cpu_id;
};

static struct tls_extra block;

static size_t larger(size_t a, size_t b) {
    return a > b ? a : b;
}

static size_t used_size(void) {
    return larger(process.rseq_feature_size, LEAST_USED);
}

struct tls_extra *thread_extra_block(void) {
    block.align = rseq_is_wanted() ? larger(process.rseq_align, LEAST_ALIGN) : LEAST_ALIGN;
    size_t size = rseq_is_wanted() ? larger(used_size(), LEAST_SIZE) : LEAST_SIZE;
    block.size = (size + block.align - 1) & ~(block.align - 1);
    return &block;
}

void thread_register_rseq(struct pthread *thread) {
    struct area *area = (void *)((char *)thread - block.offset);
    const struct rseq_place place = {area, &area->cpu_id, larger(used_size(), LEAST_SIZE),
                                     (uint32_t)used_size()};
    area->cpu_id = (uint32_t)-1;
    rseq_register(thread, &place);
}
