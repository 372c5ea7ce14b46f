/* Restartable sequences: registered where the linker's variables say; sched_getcpu. */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <sys/rseq.h>

#include "check.h"

static void *look(void *unused) {
    (void)unused;
    volatile struct rseq *area =
        (volatile struct rseq *)((char *)__builtin_thread_pointer() + __rseq_offset);
    printf("size %u flags %u cpu id valid %d\n", __rseq_size, __rseq_flags, (int)area->cpu_id >= 0);
    cpu_set_t set;
    int cpu = sched_getcpu();
    CHECK(cpu >= 0);
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    CHECK(pthread_setaffinity_np(pthread_self(), sizeof set, &set) == 0);
    CHECK(sched_getcpu() == cpu);
    if (__rseq_size != 0)
        CHECK((int)area->cpu_id == cpu && (int)area->cpu_id_start == cpu);
    return NULL;
}

int main(void) {
    pthread_t thread;
    look(NULL);
    pthread_create(&thread, NULL, look, NULL);
    pthread_join(thread, NULL);
    return check_status();
}
