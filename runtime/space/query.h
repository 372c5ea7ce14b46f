/* What the two halves of the public interface (include/wine-ld.h) share. */
#ifndef WINE_LD_SPACE_QUERY_H
#define WINE_LD_SPACE_QUERY_H

#include "space/tracker.h"
#include "space/wine-ld.h"

/* The range that holds `address`, after looking whether a stack above it has grown. */
struct range query_range(struct tracker *tracker, uintptr_t address);

#endif
