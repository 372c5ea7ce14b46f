/* DT_RELR. Knows nothing of objects. */
#include "link/relr.h"

enum { BITS = 8 * sizeof(elf_addr) - 1 }; /* words that one bitmap covers */

/* Adds `base` to the word at `place` for bit 0, to the one after it for bit 1, and so on. */
static void apply_bits(elf_addr *place, elf_addr bits, elf_addr base) {
    for (; bits != 0; bits &= bits - 1)
        place[__builtin_ctzl(bits)] += base;
}

/* The same for words of which not each may be known to be writable. */
static bool apply_checked(elf_addr place, elf_addr bits, elf_addr base, struct relr_room *room,
                          relr_finder *find, void *context) {
    for (; bits != 0; bits &= bits - 1) {
        elf_addr at = place + (elf_addr)__builtin_ctzl(bits) * sizeof(elf_addr);
        if (at - room->start >= room->room && !find(context, at, room))
            return false;
        *(elf_addr *)at += base;
    }
    return true;
}

/* Whether all words that a bitmap can name lie in the room. */
static bool is_inside(const struct relr_room *room, elf_addr place) {
    const elf_addr last = (BITS - 1) * sizeof(elf_addr);
    return place - room->start < room->room && room->room - (place - room->start) > last;
}

bool relr_apply(const elf_addr *table, size_t count, elf_addr base, relr_finder *find,
                void *context) {
    struct relr_room room = {0};
    elf_addr next = 0;
    for (size_t i = 0; i < count; ++i) {
        bool bitmap = (table[i] & 1) != 0;
        elf_addr place = bitmap ? next : base + table[i];
        /* A place by itself is a bitmap of one bit. */
        elf_addr bits = bitmap ? table[i] >> 1 : 1;
        if (is_inside(&room, place))
            apply_bits((elf_addr *)place, bits, base);
        else if (!apply_checked(place, bits, base, &room, find, context))
            return false;
        next = place + (bitmap ? BITS : 1) * sizeof(elf_addr);
    }
    return true;
}
