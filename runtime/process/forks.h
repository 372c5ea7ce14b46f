/* How often the process was forked: what another thread of the parent held or had begun is nobody's
 * in the child. */
#ifndef WINE_LD_FORKS_H
#define WINE_LD_FORKS_H

#include <stdint.h>

/* How many forks lie between the start and this process; counted by whoever asks first after one.
 * Async-signal-safe; a child by fork alone has one thread when it asks first. */
uint32_t forks_count(void);

#endif
