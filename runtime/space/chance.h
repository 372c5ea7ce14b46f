/* Random numbers for the layout of the address space. */
#ifndef WINE_LD_SPACE_CHANCE_H
#define WINE_LD_SPACE_CHANCE_H

#include <stddef.h>

/* A random number below `limit` from the kernel (getrandom(2)); 0 when limit is 0. */
size_t chance_below(size_t limit);

#endif
