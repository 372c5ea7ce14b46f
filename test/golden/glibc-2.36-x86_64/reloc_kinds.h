/* Made by: npx wine-ld build --abi glibc-2.36-x86_64 */
/* What the relocation types of this architecture mean (psABI), and their names for messages. */
#ifndef WINE_LD_RELOC_KINDS_H
#define WINE_LD_RELOC_KINDS_H

#include "link/relocate.h"

/* Indexed by type; 0 (RELOC_UNKNOWN) for types that do not occur in linked files. */
static const unsigned char reloc_kinds[] = {
    [0] = RELOC_NONE,
    [1] = RELOC_SYMBOLIC,
    [2] = RELOC_PC32,
    [5] = RELOC_COPY,
    [6] = RELOC_GLOB_DAT,
    [7] = RELOC_JUMP_SLOT,
    [8] = RELOC_RELATIVE,
    [10] = RELOC_SYMBOLIC32,
    [16] = RELOC_DTPMOD,
    [17] = RELOC_DTPOFF,
    [18] = RELOC_TPOFF,
    [32] = RELOC_SIZE,
    [33] = RELOC_SIZE,
    [36] = RELOC_TLSDESC,
    [37] = RELOC_IRELATIVE,
};

/* Indexed by type; empty for unknown ones. No pointers: needs no relocation itself. */
static const char reloc_names[][19] = {
    [0] = "R_X86_64_NONE",
    [1] = "R_X86_64_64",
    [2] = "R_X86_64_PC32",
    [5] = "R_X86_64_COPY",
    [6] = "R_X86_64_GLOB_DAT",
    [7] = "R_X86_64_JUMP_SLOT",
    [8] = "R_X86_64_RELATIVE",
    [10] = "R_X86_64_32",
    [16] = "R_X86_64_DTPMOD64",
    [17] = "R_X86_64_DTPOFF64",
    [18] = "R_X86_64_TPOFF64",
    [32] = "R_X86_64_SIZE32",
    [33] = "R_X86_64_SIZE64",
    [36] = "R_X86_64_TLSDESC",
    [37] = "R_X86_64_IRELATIVE",
};

#endif
