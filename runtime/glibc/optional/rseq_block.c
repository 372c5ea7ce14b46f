/* glibc: 2.41- */
/* Restartable sequences with the area in a block of static TLS, as large as the kernel's features
 * ask. The kernel takes no less than 32 bytes. */
#include "arch.h"
#include "auxv.h"
#include "glibc/glibc.h"
#include "glibc/thread.h"
#include "syscall_numbers.h"
#include "system.h"

enum { SIGNATURE = 0x53053053 }; /* RSEQ_SIG of x86 */
enum { LEAST_SIZE = 32, LEAST_ALIGN = 32, LEAST_USED = 20 };
enum { REGISTRATION_FAILED = -2 };

/* The beginning of the kernel's struct rseq. */
struct area {
    uint32_t cpu_id_start, cpu_id;
};

static struct tls_extra block;

static bool is_wanted(void) {
    return tunable_number("glibc.pthread.rseq", 1) != 0;
}

static size_t larger(size_t a, size_t b) {
    return a > b ? a : b;
}

static size_t used_size(void) {
    return larger(process.rseq_feature_size, LEAST_USED);
}

struct tls_extra *thread_extra_block(void) {
    block.align = is_wanted() ? larger(process.rseq_align, LEAST_ALIGN) : LEAST_ALIGN;
    size_t size = is_wanted() ? larger(used_size(), LEAST_SIZE) : LEAST_SIZE;
    block.size = (size + block.align - 1) & ~(block.align - 1);
    return &block;
}

void thread_register_rseq(struct pthread *thread) {
    struct area *area = (void *)((char *)thread - block.offset);
    size_t size = larger(used_size(), LEAST_SIZE);
    __rseq_offset = -(ptrdiff_t)block.offset;
    area->cpu_id = (uint32_t)-1;
    if (is_wanted() && system_call(SYS_rseq, (long)area, (long)size, 0, SIGNATURE, 0, 0) == 0)
        __rseq_size = (uint32_t)used_size();
    else
        area->cpu_id = (uint32_t)REGISTRATION_FAILED;
}
