/* Made by: npx wine-ld build --abi glibc-2.36-x86_64 */
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

enum { VDSO_SLOT_COUNT = 5 };

static const struct vdso_slot vdso_slots[VDSO_SLOT_COUNT] = {
    {offsetof(struct rtld_global_ro, _dl_vdso_clock_gettime64), "__vdso_clock_gettime", "LINUX_2.6"},
    {offsetof(struct rtld_global_ro, _dl_vdso_gettimeofday), "__vdso_gettimeofday", "LINUX_2.6"},
    {offsetof(struct rtld_global_ro, _dl_vdso_time), "__vdso_time", "LINUX_2.6"},
    {offsetof(struct rtld_global_ro, _dl_vdso_getcpu), "__vdso_getcpu", "LINUX_2.6"},
    {offsetof(struct rtld_global_ro, _dl_vdso_clock_getres_time64), "__vdso_clock_getres", "LINUX_2.6"},
};

#endif
