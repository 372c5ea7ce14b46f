/* libc computes dlsym's answer from a symbol-table entry itself, so a function that the allocator
 * stands in for gets an entry of our making: an absolute symbol, to which no load address is added.
 */
#include "glibc/entry/symbol_entry.h"

#include "process/heap.h"
#include "link/relocate.h"

/* One entry per function, made when first asked for, kept for good. */
struct made {
    struct made *next;
    elf_sym symbol;
};

const elf_sym *symbol_entry(const struct binding *binding) {
    static struct made *all;
    elf_addr address = relocate_hooked(binding);
    if (address == 0)
        return binding->symbol;
    struct made *made = all;
    while (made != NULL && made->symbol.st_value != address)
        made = made->next;
    if (made != NULL)
        return &made->symbol;
    made = heap_allocate(sizeof *made);
    if (made == NULL)
        return binding->symbol;
    made->symbol = *binding->symbol;
    made->symbol.st_value = address;
    made->symbol.st_shndx = SHN_ABS;
    made->symbol.st_info = STB_GLOBAL << 4 | STT_FUNC;
    made->next = all;
    all = made;
    return &made->symbol;
}
