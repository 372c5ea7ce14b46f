/* Protection of thread stacks. */
#ifndef WINE_LD_GLIBC_STACK_H
#define WINE_LD_GLIBC_STACK_H

#include <stdbool.h>

#include "arch.h"
#include "error.h"
#include "glibc_layout.h"
#include "namespace.h"

/* At start: the kernel made the stack as the file it executed asks (ourselves, in a direct start);
 * it is made executable when the program or a library asks for that. */
bool stack_settle(const struct namespace *space, struct error *error);

/* Makes the stack of a new thread executable: pthread_create asks when the flags say so. 0 or
 * errno. */
EXPORT int __nptl_change_stack_perm(struct pthread *thread);

#endif
