/* Restartable sequences (rseq(2)) of the main thread. glibc keeps the area the kernel writes to in
 * different places, which the files optional/rseq_*.c know. */
#ifndef WINE_LD_GLIBC_RSEQ_H
#define WINE_LD_GLIBC_RSEQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pthread;

struct rseq_place {
    void *area;
    uint32_t *cpu_id; /* in the area */
    size_t size;      /* bytes, as the kernel is told */
    uint32_t used;    /* bytes that have a meaning, as __rseq_size tells programs */
};

/* Whether the user wants it (tunable glibc.pthread.rseq). */
bool rseq_is_wanted(void);

/* Registers the area if that is wanted, publishes it to programs, or marks it as not registered. */
void rseq_register(struct pthread *thread, const struct rseq_place *place);

#endif
