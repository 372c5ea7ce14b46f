/* Which C library a call is one of, where there are several: the first one, and one in each
 * namespace of dlmopen and of an auditor. Each has its own errno. */
#ifndef WINE_LD_SPACE_LIBC_OF_H
#define WINE_LD_SPACE_LIBC_OF_H

#include <stdbool.h>
#include <stdint.h>

/* There has been more than one; never false again. */
extern bool libc_is_one_of_several;

/* Where `symbol` is in the C library that serves the code at `caller`; 0: there is only one, or the
 * code is nobody's. Takes no lock; callable in a signal handler. */
uintptr_t libc_symbol(uintptr_t caller, const char *symbol);

#endif
