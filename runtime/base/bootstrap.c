/* Self-relocation. Runs before any pointer in our data is right: only code, the stack and the
 * dynamic table's numbers may be used. */
#include "base/bootstrap.h"

#include <stddef.h>

extern const elf_dyn bootstrap_dynamic[] __asm__("_DYNAMIC") __attribute__((visibility("hidden")));

void bootstrap_relocate(void) {
    elf_addr base = (elf_addr)&bootstrap_header;
    elf_addr table = 0, size = 0;
    for (const elf_dyn *entry = bootstrap_dynamic; entry->d_tag != DT_NULL; ++entry) {
        table = entry->d_tag == ARCH_DT_RELOC ? entry->d_un.d_ptr : table;
        size = entry->d_tag == ARCH_DT_RELOC_SIZE ? entry->d_un.d_val : size;
    }
    const elf_reloc *reloc = (const elf_reloc *)(base + table);
    for (; size != 0; size -= sizeof *reloc, ++reloc) {
        elf_addr *place = (elf_addr *)(base + reloc->r_offset);
        *place = base + reloc_addend(reloc, place);
    }
}
