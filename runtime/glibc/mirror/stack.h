/* Protection of thread stacks. */
#ifndef WINE_LD_GLIBC_STACK_H
#define WINE_LD_GLIBC_STACK_H

#include <stdbool.h>

#include "arch.h"
#include "process/error.h"
#include "object/namespace.h"
#include "space/space.h"

struct pthread;

/* At start: the kernel made the stack as the file it executed asks (ourselves, in a direct start);
 * it is made executable when the program or a library asks for that. */
bool stack_settle(const struct namespace *ns, struct error *error);

/* Executable stacks: PT_GNU_STACK of `object` asks for PF_X. */
bool stack_make_executable(const struct object *object, struct error *error);

/* Whether stacks are executable, as libc reads it. The field has changed its name and its bits:
 * optional/. */
bool stack_is_executable(void);
void stack_publish(bool executable);

enum { STACK_PROTECTION = PROT_READ | PROT_WRITE | PROT_EXEC };

/* Makes all stacks executable; the main thread's alone. 0 or a negative errno. */
int stack_change_all(void);
int stack_protect_main(void);

/* Makes the stack of a new thread executable: pthread_create asks when the flags say so. 0 or
 * errno. */
EXPORT int __nptl_change_stack_perm(struct pthread *thread);

#endif
