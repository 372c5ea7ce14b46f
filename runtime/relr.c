/* DT_RELR. Knows nothing of objects. */
#include "relr.h"

bool relr_apply(const elf_word *table, size_t count, elf_word base, elf_word low, elf_word high) {
    enum { BITS = 8 * sizeof(elf_word) - 1 }; /* words that one bitmap covers */
    elf_word limit = high - low < sizeof(elf_word) ? 0 : high - low - sizeof(elf_word) + 1;
    elf_word next = 0;
    for (size_t i = 0; i < count; ++i) {
        elf_word entry = table[i];
        if ((entry & 1) == 0) {
            next = base + entry;
            if (next - low >= limit)
                return false;
            *(elf_word *)next += base;
            next += sizeof(elf_word);
            continue;
        }
        elf_word place = next;
        for (entry >>= 1; entry != 0; entry >>= 1, place += sizeof(elf_word)) {
            if ((entry & 1) == 0)
                continue;
            if (place - low >= limit)
                return false;
            *(elf_word *)place += base;
        }
        next += BITS * sizeof(elf_word);
    }
    return true;
}
