/* The entries of the C library whose bodies are replaced by jumps to the address-space manager. */
#ifndef WINE_LD_MMAP_ENTRIES_H
#define WINE_LD_MMAP_ENTRIES_H

#include <stdint.h>

struct mmap_entry {
    char library[12];                        /* SONAME; in place: nothing is relocated at a start */
    char symbol[16];                         /* the dynamic symbol of the body */
    char version[12];
    uint16_t size;                           /* of the body, bytes */
    uint8_t kept;                            /* bytes of its first instructions that may stay, 0: none */
    uint8_t lowered;                         /* by how much they lower the stack pointer */
    uint8_t prologue_size;                   /* how many bytes of it are known */
    unsigned char prologue[$prologue_limit]; /* what must be there before it is replaced */
    unsigned char mask[$prologue_limit];     /* 0xff: compare the byte; 0: each build has its own */
};

enum { MMAP_ENTRY_COUNT = $count };

static const struct mmap_entry mmap_entries[MMAP_ENTRY_COUNT] = {
    $rows
};

#endif
