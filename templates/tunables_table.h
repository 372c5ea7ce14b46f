/* The tunables of this glibc; the index is the id by which libc asks for them. */
#ifndef WINE_LD_TUNABLES_TABLE_H
#define WINE_LD_TUNABLES_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "glibc/tunables.h"

enum { TUNABLE_COUNT = $count };

static const struct tunable tunable_table[TUNABLE_COUNT] = {
    $rows
};

#endif
