/* Running constructors and destructors. */
#ifndef WINE_LD_INIT_H
#define WINE_LD_INIT_H

#include "object/object.h"

/* Runs DT_PREINIT_ARRAY of the program, then the constructors of all objects in `root`'s init order
 * that have not run yet. The program's own DT_INIT and DT_INIT_ARRAY are libc's business
 * (glibc 2.34+) or crt1's (before). Constructors get the process's own arguments. */
void init_run(struct object *root);

/* The same with other arguments: dlopen passes on libc's idea of them (its environ may have moved).
 */
void init_run_arguments(struct object *root, int argc, char **argv, char **envp);

/* Runs DT_FINI_ARRAY backwards, then DT_FINI. */
void init_finish(struct object *object);

/* All destructors at exit, every namespace: what the program gets in %rdx/%edx at its entry. Takes
 * the load lock only while it sorts, so that destructors may open and close libraries. */
void init_finish_all(void);

#endif
