/* Tunables in the environment: GLIBC_TUNABLES and the older variables that stand for one tunable
 * each. */
#ifndef WINE_LD_GLIBC_TUNABLES_ENVIRONMENT_H
#define WINE_LD_GLIBC_TUNABLES_ENVIRONMENT_H

#include <stdbool.h>

#include "glibc/tunables.h"

/* Hands every tunable that `envp` sets to tunable_set_text. In a secure process only those marked
 * so hold, and those that children must not see either are taken out of `envp`. */
void tunables_environment_read(char **envp, bool secure, const struct tunable *tunables,
                               unsigned count);

/* Whether a malformed list is to be ignored as a whole, which it says; NULL: this glibc takes from
 * a list what it can. */
__attribute__((weak, visibility("hidden"))) bool tunables_list_is_refused(const char *list);

/* Sets the tunable with this id from text, which must live as long as the process. A number out of
 * bounds is ignored. */
void tunable_set_text(unsigned id, const char *text);

#endif
