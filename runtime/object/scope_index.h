/* For a scope of many objects: from the hash of a symbol's name to the first object that has a
 * symbol with that hash. Nothing before it can define the name, so a search may start there; what
 * is found is the same. */
#ifndef WINE_LD_SCOPE_INDEX_H
#define WINE_LD_SCOPE_INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "object/scope.h"

/* Indexes the first `count` objects of `scope` from the hash values stored in their DT_GNU_HASH
 * tables. Objects with a DT_HASH only end the indexed part. Without memory, or for a scope so short
 * that a plain search is cheaper, leaves it as it is. Those objects must stay in the scope for
 * good. */
void scope_index_build(struct scope *scope);

/* The position at which to start searching `scope` for a name with this GNU hash. */
size_t scope_index_start(const struct scope_index *index, uint32_t hash);

#endif
