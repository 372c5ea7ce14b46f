/* DT_RELR. Knows nothing of objects. */
#include "link/relr.h"

enum { BITS = 8 * sizeof(elf_word) - 1 }; /* words that one bitmap covers */

/* Adds `base` to the word at `place` for bit 0, to the one after it for bit 1, and so on. */
static void apply_bits(elf_word *place, elf_word bits, elf_word base) {
    for (; bits != 0; bits &= bits - 1)
        place[__builtin_ctzl(bits)] += base;
}

/* The same for words of which not each may be known to be writable. */
static bool apply_checked(elf_word place, elf_word bits, elf_word base, struct relr_room *room,
                          relr_finder *find, void *context) {
    for (; bits != 0; bits &= bits - 1) {
        elf_word at = place + (elf_word)__builtin_ctzl(bits) * sizeof(elf_word);
        if (at - room->start >= room->room && !find(context, at, room))
            return false;
        *(elf_word *)at += base;
    }
    return true;
}

/* Whether all words that a bitmap can name lie in the room. */
static bool is_inside(const struct relr_room *room, elf_word place) {
    const elf_word last = (BITS - 1) * sizeof(elf_word);
    return place - room->start < room->room && room->room - (place - room->start) > last;
}

bool relr_apply(const elf_word *table, size_t count, elf_word base, relr_finder *find,
                void *context) {
    struct relr_room room = {0};
    elf_word next = 0;
    for (size_t i = 0; i < count; ++i) {
        bool bitmap = (table[i] & 1) != 0;
        elf_word place = bitmap ? next : base + table[i];
        /* A place by itself is a bitmap of one bit. */
        elf_word bits = bitmap ? table[i] >> 1 : 1;
        if (is_inside(&room, place))
            apply_bits((elf_word *)place, bits, base);
        else if (!apply_checked(place, bits, base, &room, find, context))
            return false;
        next = place + (bitmap ? BITS : 1) * sizeof(elf_word);
    }
    return true;
}
