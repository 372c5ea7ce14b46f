/* The two hashes of symbol names. Knows no tables. */
#include "base/symbol_name.h"

/* Two letters a turn: the product of one turn is all that the next has to wait for. */
uint32_t gnu_hash_of(const char *name, size_t *size) {
    const unsigned char *letter = (const unsigned char *)name;
    uint32_t hash = 5381;
    for (; letter[0] != '\0' && letter[1] != '\0'; letter += 2)
        hash = hash * (33 * 33) + (letter[0] * 33u + letter[1]);
    if (letter[0] != '\0')
        hash = hash * 33 + *letter++;
    *size = (size_t)(letter - (const unsigned char *)name) + 1;
    return hash;
}

uint32_t sysv_hash_of(const char *name) {
    uint32_t hash = 0;
    for (; *name != '\0'; ++name) {
        hash = (hash << 4) + (unsigned char)*name;
        hash = (hash ^ (hash >> 24 & 0xf0)) & 0x0fffffff;
    }
    return hash;
}
