/* File to segments in memory. Validates everything it reads from the file; places each segment
 * once, at its final address, through space/. */
#ifndef WINE_LD_MAP_H
#define WINE_LD_MAP_H

#include "object/object.h"
#include "search/search.h"

/* Checks the ELF header and program headers of an open file and maps its segments, filling base,
 * map_start, map_end, phdr, entry, device and inode of `object`. Errors in ld.so's words: "invalid
 * ELF header", "wrong ELF class: ELFCLASS32", "ELF file's phentsize not the expected size", "object
 * file has no loadable segments", "cannot dynamically load executable", ... On failure nothing
 * stays mapped. */
bool map_file(struct object *object, const struct found_file *file, struct error *error);

/* What the first bytes of a file say about it. */
enum map_verdict {
    MAP_ACCEPTED,
    MAP_OTHER_CLASS,   /* sound, but for the other word size: passed over on a search path */
    MAP_OTHER_MACHINE, /* sound, but for another machine: as if it were not there */
    MAP_REFUSED,       /* not a loadable ELF file: an error wherever it was found */
};
/* Checks the ELF header of an open file; on MAP_REFUSED `*reason` is ld.so's text for it. Pure. */
enum map_verdict map_check_header(const struct found_file *file, const char **reason);

/* Whether the file is long enough for its program headers. Pure. */
bool map_headers_complete(const struct found_file *file);

/* Unmaps what map_file mapped. */
void map_remove(struct object *object);

/* Takes over a program that the kernel mapped (process.phdr): fills the same fields. */
void map_adopt(struct object *object, const elf_phdr *phdr, size_t count, elf_addr base);

/* PROT_* of a segment's PF_*. Pure. */
int map_protection(uint32_t flags);

/* Applies PT_GNU_RELRO. */
bool map_protect_relro(struct object *object, struct error *error);

/* Makes the read-only segments writable for DT_TEXTREL relocation, and read-only again. */
bool map_unprotect_text(struct object *object, struct error *error);
bool map_protect_text(struct object *object, struct error *error);

#endif
