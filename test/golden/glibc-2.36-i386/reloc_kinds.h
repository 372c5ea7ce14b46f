/* Made by: npx wine-ld build --abi glibc-2.36-i386 */
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
    [14] = RELOC_TPOFF,
    [35] = RELOC_DTPMOD,
    [36] = RELOC_DTPOFF,
    [37] = RELOC_TPOFF_POSITIVE,
    [38] = RELOC_SIZE,
    [41] = RELOC_TLSDESC,
    [42] = RELOC_IRELATIVE,
};

/* Indexed by type; empty for unknown ones. No pointers: needs no relocation itself. */
static const char reloc_names[][19] = {
    [0] = "R_386_NONE",
    [1] = "R_386_32",
    [2] = "R_386_PC32",
    [5] = "R_386_COPY",
    [6] = "R_386_GLOB_DAT",
    [7] = "R_386_JMP_SLOT",
    [8] = "R_386_RELATIVE",
    [14] = "R_386_TLS_TPOFF",
    [35] = "R_386_TLS_DTPMOD32",
    [36] = "R_386_TLS_DTPOFF32",
    [37] = "R_386_TLS_TPOFF32",
    [38] = "R_386_SIZE32",
    [41] = "R_386_TLS_DESC",
    [42] = "R_386_IRELATIVE",
};

#endif
