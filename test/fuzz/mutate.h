/* Deterministic damage to ELF files: knows where headers, tables and strings lie, not what they
 * mean. */
#ifndef MUTATE_H
#define MUTATE_H

#include <stddef.h>
#include <stdint.h>

/* A file in memory, with the places worth damaging found beforehand. */
struct elf_file {
    unsigned char *bytes;
    size_t size;
    int is64;
    /* Areas of the file, by what they hold; an absent one has size 0. */
    struct area {
        const char *name;
        size_t offset, size, grain; /* grain: size of one field there */
    } areas[24];
    size_t area_count;
    /* Machine code, which is not damaged: what it does then is not the linker's affair. */
    size_t code_start, code_size;
};

/* Reads `path` and finds its areas. Ends the program with a message when it is no ELF file. */
struct elf_file elf_read(const char *path);

/* A damaged copy of `file` in `copy` (file->size bytes). Returns its size, which is smaller for a
 * truncated one. The same `seed` always gives the same damage. `note` gets a description. */
size_t mutate(const struct elf_file *file, uint64_t seed, unsigned char *copy, char *note,
              size_t note_size);

#endif
