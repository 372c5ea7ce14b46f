/* DT_RELR: relative relocations as bitmaps (gABI "Relative Relocation Table"). */
#ifndef WINE_LD_RELR_H
#define WINE_LD_RELR_H

#include <stdbool.h>
#include <stddef.h>

#include "arch.h"

/* Adds `base` to every word that the table names. Words outside [low, high) are not touched: then
 * the table is malformed and the answer false. */
bool relr_apply(const elf_word *table, size_t count, elf_word base, elf_word low, elf_word high);

#endif
