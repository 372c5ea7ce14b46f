/* What the relocation types of this architecture mean (psABI), and their names for messages. */
#ifndef WINE_LD_RELOC_KINDS_H
#define WINE_LD_RELOC_KINDS_H

#include "link/relocate.h"

/* Indexed by type; 0 (RELOC_UNKNOWN) for types that do not occur in linked files. */
static const unsigned char reloc_kinds[] = {
    $kinds
};

/* Indexed by type; empty for unknown ones. No pointers: needs no relocation itself. */
static const char reloc_names[][$name_size] = {
    $names
};

#endif
