/* The records that debuggers read, one per namespace. */
#ifndef WINE_LD_GLIBC_R_DEBUG_H
#define WINE_LD_GLIBC_R_DEBUG_H

#include "arch.h"
#include "glibc_layout.h"

/* Debuggers put a breakpoint here. */
EXPORT void _dl_debug_state(void);

/* The record of a namespace, known to debuggers from the first call on; the base one is the
 * exported _r_debug. How the others are found differs between glibc versions: optional/. */
struct r_debug *r_debug_record(long id);

#endif
