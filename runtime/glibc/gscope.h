/* The mark that a thread sets while it looks symbols up without a lock, the one that libc sets
 * around dlsym; what was replaced is freed once no thread bears it. */
#ifndef WINE_LD_GLIBC_GSCOPE_H
#define WINE_LD_GLIBC_GSCOPE_H

/* Lookups outside the load lock run between these two, which may nest (a signal handler that binds
 * a function): begin answers what end is to be given. Needs the thread pointer. Async-signal-safe.
 */
int scope_read_begin(void);
void scope_read_end(int outer);

/* Returns once every thread that was inside a lookup at the call has left it (optional/). Caller
 * holds the load lock. */
void glibc_wait_lookups(void);

#endif
