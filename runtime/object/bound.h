/* Dependencies that come from binding a symbol, not from DT_NEEDED: they keep the definer loaded.
 */
#ifndef WINE_LD_BOUND_H
#define WINE_LD_BOUND_H

#include <stdbool.h>

#include "object/object.h"

/* Records that `from` is bound to `definer`, an object that came with dlopen, unless that is known
 * or the definer stays anyway. Takes the load lock; `reading`: the caller is between
 * scope_read_begin and scope_read_end, which is left meanwhile so that a dlclose under way can
 * finish. False: the definer is gone, search again. Without memory the definer is kept for good. */
bool bound_add(struct object *from, struct object *definer, bool reading);

#endif
