/* glibc's lists of all threads. */
#ifndef WINE_LD_GLIBC_THREADS_H
#define WINE_LD_GLIBC_THREADS_H

#include "glibc_layout.h"

/* Calls `visit` for every thread of the process, while none can come or go. */
void threads_each(void (*visit)(struct pthread *thread, void *context), void *context);

/* The same for every stack: those kept for threads to come are visited too. */
void threads_each_stack(void (*visit)(struct pthread *thread, void *context), void *context);

#endif
