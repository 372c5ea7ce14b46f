/* Counting forks. Knows the mark that a fork wipes; does not know what was forked away. */
#include "process/forks.h"

#include "space/space.h"

static uint32_t forks;

/* The first to notice that a fork happened is alone: to make a thread, pthread_create asks us for
 * memory. */
uint32_t forks_count(void) {
    uint32_t *same_process = space_fork_mark();
    if (__builtin_expect(*same_process == 0, 0)) {
        forks++;
        *same_process = 1;
    }
    return forks;
}
