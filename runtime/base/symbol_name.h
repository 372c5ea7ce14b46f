/* Names of symbols, with what a search wants to know of them: length and hashes. */
#ifndef WINE_LD_SYMBOL_NAME_H
#define WINE_LD_SYMBOL_NAME_H

#include <stddef.h>
#include <stdint.h>

/* A name that is looked for. */
struct symbol_name {
    const char *text;
    size_t size; /* bytes, the NUL counts */
    uint32_t gnu_hash;
};

/* GNU (DJB) and SysV (gABI) hashes of a name; *size: its bytes with the NUL. */
uint32_t gnu_hash_of(const char *name, size_t *size);
uint32_t sysv_hash_of(const char *name);

/* `text` as a name to look for; it must stay as long as that is used. */
static inline struct symbol_name symbol_name_of(const char *text) {
    size_t size;
    uint32_t hash = gnu_hash_of(text, &size);
    return (struct symbol_name){text, size, hash};
}

#endif
