/* LD_PRELOAD, --preload and /etc/ld.so.preload. */
#ifndef WINE_LD_PRELOAD_H
#define WINE_LD_PRELOAD_H

#include <stdbool.h>

#include "process/error.h"
#include "object/namespace.h"
#include "object/scope.h"

/* Loads every library of the three lists into `ns` and appends it to `loaded`. One that cannot
 * be loaded is reported in ld.so's words and passed over. False: no memory. */
bool preload_all(struct namespace *ns, struct scope *loaded, struct error *error);

#endif
