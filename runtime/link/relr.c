/* DT_RELR. Knows nothing of objects. */
#include "link/relr.h"

bool relr_apply(const elf_word *table, size_t count, elf_word base, relr_finder *find,
                void *context) {
    enum { BITS = 8 * sizeof(elf_word) - 1 }; /* words that one bitmap covers */
    struct relr_room room = {0};
    elf_word next = 0;
    for (size_t i = 0; i < count; ++i) {
        bool bitmap = (table[i] & 1) != 0;
        elf_word place = bitmap ? next : base + table[i];
        /* A place by itself is a bitmap of one bit. */
        for (elf_word bits = bitmap ? table[i] >> 1 : 1; bits != 0;
             bits >>= 1, place += sizeof(elf_word)) {
            if ((bits & 1) == 0)
                continue;
            if (place - room.start >= room.room && !find(context, place, &room))
                return false;
            *(elf_word *)place += base;
        }
        next = bitmap ? next + BITS * sizeof(elf_word) : place;
    }
    return true;
}
