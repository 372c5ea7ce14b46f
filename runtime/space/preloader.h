/* In the place of wine's preloader: keeping address space for the guest before wine looks for it.
 */
#ifndef WINE_LD_SPACE_PRELOADER_H
#define WINE_LD_SPACE_PRELOADER_H

#include "space/tracker.h"

/* Reserves what is free of the ranges that the policy keeps, and of the one that the environment
 * names for a program's file; then `*variable`, in wine's loader, names the list of what was
 * reserved, and of what the policy only lists (listed.h). Does nothing when a preloader was there
 * before: then the variable is set already. Once, inside the gate. */
void preloader_stand_in(struct tracker *tracker, const void **variable);

/* What the guest's library is told when it asks the environment which range its own search has to
 * leave alone; NULL: what stands there. Any thread. */
const char *preloader_answer(const char *name);

#endif
