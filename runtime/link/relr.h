/* DT_RELR: relative relocations as bitmaps (gABI "Relative Relocation Table"). */
#ifndef WINE_LD_RELR_H
#define WINE_LD_RELR_H

#include <stdbool.h>
#include <stddef.h>

#include "arch.h"

/* Words that may be written: those at start .. start + room - 1. */
struct relr_room {
    elf_addr start, room;
};
/* Fills `room` with what lies around `address`. False: that may not be written. */
typedef bool relr_finder(void *context, elf_addr address, struct relr_room *room);

/* Adds `base` to every word that the table names. False: `find` said so of one, or the table begins
 * without a place. */
bool relr_apply(const elf_addr *table, size_t count, elf_addr base, relr_finder *find,
                void *context);

#endif
