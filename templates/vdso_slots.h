/* The members of _rtld_global_ro that hold addresses of vdso functions. */
#ifndef WINE_LD_VDSO_SLOTS_H
#define WINE_LD_VDSO_SLOTS_H

#include <stddef.h>
#include <stdint.h>

#include "glibc_layout.h"

struct vdso_slot {
    uint32_t offset; /* in _rtld_global_ro, bytes */
    const char *symbol;
    const char *version;
};

enum { VDSO_SLOT_COUNT = $count };

static const struct vdso_slot vdso_slots[VDSO_SLOT_COUNT] = {
    $rows
};

#endif
