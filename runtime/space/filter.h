/* What is known of seccomp filters: one may end the process at a system call that glibc would not
 * make. All functions are async-signal-safe and thread-safe. */
#ifndef WINE_LD_SPACE_FILTER_H
#define WINE_LD_SPACE_FILTER_H

#include <stdbool.h>

/* A system call with these arguments is about to be made for the program (`c` is the third): does
 * it install a filter? */
void filter_watch(long number, long a, long c);

/* Whether the program has installed a filter since it started, as far as libc was asked to. Then no
 * call may be made that glibc would not make in the same place. */
bool filter_was_installed(void);

/* Whether there surely is no filter: then any call may be made. The kernel's word on it is read, by
 * the calls that every start makes (open, read, close). False where it cannot be read (no /proc):
 * then nothing is known. */
bool filter_is_absent_now(void);

/* The same, as it was when first asked and as far as libc was asked since: what a bare system call
 * has installed meanwhile is not seen. */
bool filter_is_absent(void);

#endif
