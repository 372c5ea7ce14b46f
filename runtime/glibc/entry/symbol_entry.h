/* What dlsym answers for a symbol that stands for a function of ours. */
#ifndef WINE_LD_GLIBC_SYMBOL_ENTRY_H
#define WINE_LD_GLIBC_SYMBOL_ENTRY_H

#include "object/lookup.h"

/* The symbol-table entry that libc is to see for a binding: the definer's own, or for an
 * mmap-family function of libc one with the address of our allocator's. Caller holds the load lock.
 */
const elf_sym *symbol_entry(const struct binding *binding);

#endif
