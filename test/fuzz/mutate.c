/* See mutate.h. Handles both ELF classes, little-endian. */
#include "mutate.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t next_random(uint64_t *state) {
    uint64_t z = (*state += 0x9e3779b97f4a7c15u); /* splitmix64 */
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static uint64_t read_word(const unsigned char *at, size_t size) {
    uint64_t value = 0;
    memcpy(&value, at, size);
    return value;
}

static void add_area(struct elf_file *file, const char *name, uint64_t offset, uint64_t size,
                     size_t grain) {
    size_t limit = sizeof file->areas / sizeof file->areas[0];
    if (size == 0 || offset >= file->size || size > file->size - offset ||
        file->area_count == limit)
        return;
    file->areas[file->area_count++] = (struct area){name, (size_t)offset, (size_t)size, grain};
}

/* What a dynamic entry's table is called here, and the size of its fields; NULL: not a table. */
static const char *table_name(uint64_t tag, size_t word, size_t *grain) {
    *grain = tag == DT_STRTAB ? 1 : tag == DT_VERSYM ? 2 : 4;
    switch (tag) {
    case DT_STRTAB:
        return "strings";
    case DT_SYMTAB:
        return "symbols";
    case DT_HASH:
        return "SysV hash";
    case DT_GNU_HASH:
        return "GNU hash";
    case DT_VERSYM:
        return "versions of symbols";
    case DT_VERDEF:
        return "version definitions";
    case DT_VERNEED:
        return "needed versions";
    case DT_INIT_ARRAY:
        *grain = word;
        return "initialisers";
    case DT_REL:
    case DT_RELA:
        *grain = word;
        return "relocations";
    case DT_JMPREL:
        *grain = word;
        return "PLT relocations";
    case DT_RELR:
        *grain = word;
        return "packed relocations";
    default:
        return NULL;
    }
}

/* Sizes are not all in the dynamic table: a table reaches to a sensible limit. */
static void add_tables(struct elf_file *file, uint64_t offset, uint64_t size) {
    size_t word = file->is64 ? 8 : 4;
    for (uint64_t at = offset; at + 2 * word <= offset + size && at + 2 * word <= file->size;
         at += 2 * word) {
        size_t grain;
        uint64_t tag = read_word(file->bytes + at, word);
        uint64_t value = read_word(file->bytes + at + word, word);
        const char *name = table_name(tag, word, &grain);
        if (name != NULL && value < file->size) {
            uint64_t room = file->size - value;
            add_area(file, name, value, room < 320 ? room : 320, grain);
        }
    }
}

/* Tables say where they begin, not where they end: at the latest where the next one begins. */
static void trim_areas(struct elf_file *file) {
    for (size_t i = 0; i < file->area_count; i++)
        for (size_t j = 0; j < file->area_count; j++) {
            size_t start = file->areas[i].offset, next = file->areas[j].offset;
            if (next > start && next - start < file->areas[i].size)
                file->areas[i].size = next - start;
        }
}

struct elf_file elf_read(const char *path) {
    struct elf_file file = {0};
    FILE *stream = fopen(path, "rb");
    if (stream == NULL) {
        perror(path);
        exit(2);
    }
    file.bytes = malloc(1 << 22);
    file.size = fread(file.bytes, 1, 1 << 22, stream);
    fclose(stream);
    if (file.size < 64 || memcmp(file.bytes, ELFMAG, SELFMAG) != 0) {
        fprintf(stderr, "%s: not an ELF file\n", path);
        exit(2);
    }
    file.is64 = file.bytes[EI_CLASS] == ELFCLASS64;
    uint64_t start = read_word(file.bytes + (file.is64 ? 32 : 28), file.is64 ? 8 : 4);
    uint64_t entry = read_word(file.bytes + (file.is64 ? 54 : 42), 2);
    uint64_t count = read_word(file.bytes + (file.is64 ? 56 : 44), 2);
    add_area(&file, "ELF header", 0, file.is64 ? 64 : 52, 2);
    add_area(&file, "program headers", start, entry * count, 4);
    for (uint64_t index = 0; index < count; index++) {
        const unsigned char *header = file.bytes + start + index * entry;
        uint64_t offset = read_word(header + (file.is64 ? 8 : 4), file.is64 ? 8 : 4);
        uint64_t size = read_word(header + (file.is64 ? 32 : 16), file.is64 ? 8 : 4);
        uint64_t type = read_word(header, 4);
        uint64_t flags = read_word(header + (file.is64 ? 4 : 24), 4);
        if (type == PT_LOAD && (flags & PF_X) != 0) {
            file.code_start = (size_t)offset;
            file.code_size = (size_t)size;
        }
        if (type == PT_DYNAMIC) {
            add_area(&file, "dynamic table", offset, size, file.is64 ? 8 : 4);
            add_tables(&file, offset, size);
        } else if (type == PT_NOTE || type == PT_INTERP) {
            add_area(&file, type == PT_NOTE ? "notes" : "linker name", offset, size, 1);
        }
    }
    trim_areas(&file);
    add_area(&file, "anywhere", 0, file.size, 1);
    return file;
}

/* A value that is likely to hurt. `old` is what stands there. */
static uint64_t hurtful(uint64_t *state, uint64_t old, uint64_t file_size) {
    static const uint64_t values[] = {0,
                                      1,
                                      2,
                                      3,
                                      7,
                                      8,
                                      0xff,
                                      0x7fff,
                                      0xffff,
                                      0x1000,
                                      0xfff,
                                      0x7fffffff,
                                      0x80000000,
                                      0xffffffff,
                                      0xfffffff0,
                                      0x7fffffffffffffff,
                                      0x8000000000000000,
                                      0xffffffffffffffff,
                                      0xfffffffffffff000};
    uint64_t kind = next_random(state) % 10;
    uint64_t random = next_random(state);
    switch (kind) {
    case 0:
    case 1:
        return old ^ ((uint64_t)1 << (random % 64));
    case 2:
        return old + random % 17 - 8;
    case 3:
        return old + (random % 33 - 16) * 0x1000;
    case 4:
        return file_size + random % 33 - 16;
    case 5:
        return random % (2 * file_size);
    case 6:
        return random;
    default:
        return values[random % (sizeof values / sizeof values[0])];
    }
}

/* Changes one field. */
static void damage_field(const struct elf_file *file, uint64_t *state, unsigned char *copy,
                         char *note, size_t note_size) {
    const struct area *area = &file->areas[next_random(state) % file->area_count];
    size_t fields = area->size / area->grain;
    if (fields == 0)
        return;
    size_t at = area->offset + (size_t)(next_random(state) % fields) * area->grain;
    if (at + area->grain > file->size || at - file->code_start < file->code_size)
        return;
    uint64_t old = read_word(copy + at, area->grain);
    uint64_t value = hurtful(state, old, file->size);
    memcpy(copy + at, &value, area->grain);
    uint64_t shown = read_word(copy + at, area->grain);
    size_t used = strlen(note);
    snprintf(note + used, note_size - used, "; %s at %#zx: %#llx -> %#llx", area->name, at,
             (unsigned long long)old, (unsigned long long)shown);
}

size_t mutate(const struct elf_file *file, uint64_t seed, unsigned char *copy, char *note,
              size_t note_size) {
    uint64_t state = seed * 0x2545f4914f6cdd1du + 1;
    memcpy(copy, file->bytes, file->size);
    note[0] = 0;
    if (next_random(&state) % 40 == 0) {
        size_t size = (size_t)(next_random(&state) % file->size);
        snprintf(note, note_size, "; truncated to %zu bytes", size);
        return size;
    }
    int count = 1 + (int)(next_random(&state) % 3);
    for (int index = 0; index < count; index++)
        damage_field(file, &state, copy, note, note_size);
    return file->size;
}
