/* Decoding one ELF image that is in memory: program headers, dynamic table, hash tables.
 *
 * Everything that later code follows without looking is checked here: a table lies in memory of the
 * image, a count fits. What is not checked here is checked where it is used (symbol indices, string
 * offsets, hash chains, relocation places). What glibc does not read is no reason to refuse a file
 * (docs/input-checks.md). */
#include "object/object.h"

#include "object/image.h"
#include "base/text.h"

/* Dynamic tags by small index: the generic ones, then those of the GNU ranges that we use. */
enum {
    TAG_GNU_HASH = DT_RELRENT + 1,
    TAG_VERSYM,
    TAG_RELATIVE_COUNT,
    TAG_FLAGS_1,
    TAG_VERDEF,
    TAG_VERNEED,
    TAG_COUNT,
};

/* The last entry of each tag, as written in the file. */
struct tags {
    elf_addr value[TAG_COUNT];
    bool present[TAG_COUNT];
    struct image_run readable; /* where most tables lie */
};

static int tag_index(elf_saddr tag) {
    if (tag >= 0 && tag <= DT_RELRENT)
        return (int)tag;
    switch (tag) {
    case DT_GNU_HASH:
        return TAG_GNU_HASH;
    case DT_VERSYM:
        return TAG_VERSYM;
    case ARCH_DT_RELATIVE_COUNT:
        return TAG_RELATIVE_COUNT;
    case DT_FLAGS_1:
        return TAG_FLAGS_1;
    case DT_VERDEF:
        return TAG_VERDEF;
    case DT_VERNEED:
        return TAG_VERNEED;
    default:
        return -1;
    }
}

bool object_contains(const struct object *object, elf_addr address, elf_addr size, uint32_t flags) {
    struct image_run known = object->readable;
    return flags == PF_R ? image_run_holds(&known, object, address, size, PF_R)
                         : image_room(object, address, flags, size) >= size;
}

static bool malformed(const struct object *object, struct error *error, const char *what) {
    return error_set(error, 0, object->name, "malformed ELF file: %s", what);
}

/* The table of `count` entries of `size` bytes that an address-valued tag names; NULL when absent.
 * Clears `*good` when it cannot be read. */
static const void *table_at(const struct object *object, struct tags *tags, int tag, elf_addr count,
                            elf_addr size, bool *good) {
    if (!tags->present[tag] || count == 0)
        return NULL;
    elf_addr address = object->base + tags->value[tag];
    if (count > (elf_addr)-1 / size ||
        !image_run_holds(&tags->readable, object, address, count * size, PF_R)) {
        *good = false;
        return NULL;
    }
    return (const void *)address;
}

/* The bytes from a table on that can be read. */
static elf_addr room_at(struct image_run *readable, const struct object *object,
                        const void *table) {
    (void)image_run_holds(readable, object, (elf_addr)table, 1, PF_R);
    return readable->end - (elf_addr)table;
}

static bool decode_strings(struct object *object, struct tags *tags) {
    struct dynamic *dynamic = &object->dynamic;
    bool good = true;
    elf_addr size = tags->value[DT_STRSZ];
    dynamic->strtab = table_at(object, tags, DT_STRTAB, 1, 1, &good);
    if (!good || dynamic->strtab == NULL)
        return false;
    bool usual = size != 0 &&
                 image_run_holds(&tags->readable, object, (elf_addr)dynamic->strtab, size, PF_R) &&
                 dynamic->strtab[size - 1] == '\0';
    dynamic->strsz = usual ? size : 0;
    return true;
}

static bool decode_symbols(struct object *object, struct tags *tags) {
    struct dynamic *dynamic = &object->dynamic;
    bool good = true;
    dynamic->symtab = table_at(object, tags, DT_SYMTAB, 1, sizeof(elf_sym), &good);
    dynamic->versym = table_at(object, tags, TAG_VERSYM, 1, sizeof(uint16_t), &good);
    if (!good || dynamic->symtab == NULL)
        return false;
    dynamic->symbol_limit = room_at(&tags->readable, object, dynamic->symtab) / sizeof(elf_sym);
    if (dynamic->versym != NULL) {
        size_t limit = room_at(&tags->readable, object, dynamic->versym) / sizeof(uint16_t);
        dynamic->symbol_limit = limit < dynamic->symbol_limit ? limit : dynamic->symbol_limit;
    }
    return true;
}

static bool decode_gnu_hash(struct object *object, struct tags *tags) {
    struct gnu_hash *hash = &object->gnu_hash;
    bool good = true;
    const uint32_t *header = table_at(object, tags, TAG_GNU_HASH, 4, sizeof(uint32_t), &good);
    if (header == NULL)
        return good;
    uint64_t room = room_at(&tags->readable, object, header);
    uint32_t buckets = header[0], words = header[2];
    uint64_t size = 4 * sizeof(uint32_t) + (uint64_t)words * sizeof(elf_addr) +
                    (uint64_t)buckets * sizeof(uint32_t);
    if ((words & (words - 1)) != 0 || (buckets != 0 && (words == 0 || size > room)))
        return false;
    hash->symbol_base = header[1];
    hash->bloom_mask = words - 1;
    hash->bloom_shift = header[3] & 31; /* of a hash of 32 bits, as the processor shifts it */
    hash->bloom = (const elf_addr *)(const void *)(header + 4);
    hash->buckets = (const uint32_t *)(const void *)(hash->bloom + words);
    hash->chain = hash->buckets + buckets;
    hash->chain_end = hash->chain + (room - size) / sizeof(uint32_t);
    hash->bucket_count = buckets;
    return true;
}

/* Where there is a GNU hash table nobody looks into the other, not even when that one is empty. */
static bool decode_sysv_hash(struct object *object, struct tags *tags) {
    struct sysv_hash *hash = &object->sysv_hash;
    bool good = true;
    const uint32_t *header = tags->present[TAG_GNU_HASH]
                                 ? NULL
                                 : table_at(object, tags, DT_HASH, 2, sizeof(uint32_t), &good);
    if (header == NULL)
        return good;
    elf_addr left = room_at(&tags->readable, object, header) / sizeof(uint32_t) - 2;
    if (header[0] > left)
        return false;
    hash->buckets = header + 2;
    hash->chain = hash->buckets + header[0];
    hash->chain_count = (uint32_t)(left - header[0] < UINT32_MAX ? left - header[0] : UINT32_MAX);
    hash->bucket_count = header[0];
    return true;
}

/* As in glibc, an entry that only begins in the table belongs to it. */
static elf_addr entries(elf_addr bytes, elf_addr size) {
    return bytes / size + (bytes % size != 0);
}

static bool decode_relocs(struct object *object, struct tags *tags) {
    struct dynamic *dynamic = &object->dynamic;
    if ((tags->present[ARCH_DT_RELOC] && tags->value[ARCH_DT_RELOC_ENTRY] != sizeof(elf_reloc)) ||
        (tags->present[DT_RELR] && tags->value[DT_RELRENT] != sizeof(elf_addr)) ||
        (tags->present[DT_PLTREL] && tags->value[DT_PLTREL] != ARCH_DT_RELOC))
        return false;
    dynamic->reloc_count = entries(tags->value[ARCH_DT_RELOC_SIZE], sizeof(elf_reloc));
    dynamic->plt_reloc_count = entries(tags->value[DT_PLTRELSZ], sizeof(elf_reloc));
    dynamic->relr_count = entries(tags->value[DT_RELRSZ], sizeof(elf_addr));
    bool good = true;
    dynamic->relocs =
        table_at(object, tags, ARCH_DT_RELOC, dynamic->reloc_count, sizeof(elf_reloc), &good);
    dynamic->plt_relocs =
        table_at(object, tags, DT_JMPREL, dynamic->plt_reloc_count, sizeof(elf_reloc), &good);
    dynamic->relr = table_at(object, tags, DT_RELR, dynamic->relr_count, sizeof(elf_addr), &good);
    dynamic->has_relr = tags->present[DT_RELR];
    dynamic->pltgot =
        tags->present[DT_PLTGOT] ? (elf_addr *)(object->base + tags->value[DT_PLTGOT]) : NULL;
    dynamic->reloc_count = dynamic->relocs != NULL ? dynamic->reloc_count : 0;
    dynamic->plt_reloc_count = dynamic->plt_relocs != NULL ? dynamic->plt_reloc_count : 0;
    dynamic->relr_count = dynamic->relr != NULL ? dynamic->relr_count : 0;
    /* Some link editors count the PLT relocations, which then come last, in both sizes. */
    if (dynamic->plt_reloc_count != 0 && dynamic->plt_relocs >= dynamic->relocs &&
        dynamic->plt_relocs + dynamic->plt_reloc_count == dynamic->relocs + dynamic->reloc_count)
        dynamic->reloc_count -= dynamic->plt_reloc_count;
    dynamic->relative_count = tags->value[TAG_RELATIVE_COUNT] < dynamic->reloc_count
                                  ? tags->value[TAG_RELATIVE_COUNT]
                                  : dynamic->reloc_count;
    return good;
}

static bool decode_init(struct object *object, struct tags *tags) {
    struct dynamic *dynamic = &object->dynamic;
    dynamic->init = tags->present[DT_INIT] ? object->base + tags->value[DT_INIT] : 0;
    dynamic->fini = tags->present[DT_FINI] ? object->base + tags->value[DT_FINI] : 0;
    dynamic->preinit_count = tags->value[DT_PREINIT_ARRAYSZ] / sizeof(elf_addr);
    dynamic->init_count = tags->value[DT_INIT_ARRAYSZ] / sizeof(elf_addr);
    dynamic->fini_count = tags->value[DT_FINI_ARRAYSZ] / sizeof(elf_addr);
    bool good = true;
    if (object->kind == OBJECT_PROGRAM) /* nobody else's counts */
        dynamic->preinit_array = table_at(object, tags, DT_PREINIT_ARRAY, dynamic->preinit_count,
                                          sizeof(elf_addr), &good);
    dynamic->init_array =
        table_at(object, tags, DT_INIT_ARRAY, dynamic->init_count, sizeof(elf_addr), &good);
    dynamic->fini_array =
        table_at(object, tags, DT_FINI_ARRAY, dynamic->fini_count, sizeof(elf_addr), &good);
    dynamic->preinit_count = dynamic->preinit_array != NULL ? dynamic->preinit_count : 0;
    dynamic->init_count = dynamic->init_array != NULL ? dynamic->init_count : 0;
    dynamic->fini_count = dynamic->fini_array != NULL ? dynamic->fini_count : 0;
    return good;
}

/* As in glibc, a name matters only to who looks for it: one that cannot be read is as if absent. */
static void decode_names(struct object *object, const struct tags *tags) {
    struct dynamic *dynamic = &object->dynamic;
    const struct {
        int tag;
        const char **text;
    } names[] = {{DT_SONAME, &dynamic->soname},
                 {DT_RPATH, &dynamic->rpath},
                 {DT_RUNPATH, &dynamic->runpath}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; ++i)
        if (tags->present[names[i].tag])
            *names[i].text = object_string(object, tags->value[names[i].tag]);
    if (tags->present[DT_RUNPATH])
        dynamic->rpath = NULL; /* gABI: DT_RUNPATH replaces DT_RPATH */
}

/* Whether these can be read is found out by who reads them. */
static void decode_versioning(struct object *object, const struct tags *tags) {
    struct dynamic *dynamic = &object->dynamic;
    if (tags->present[TAG_VERDEF])
        dynamic->verdef = (const elf_verdef *)(object->base + tags->value[TAG_VERDEF]);
    if (tags->present[TAG_VERNEED])
        dynamic->verneed = (const elf_verneed *)(object->base + tags->value[TAG_VERNEED]);
}

static void decode_flags(struct object *object, const struct tags *tags) {
    struct dynamic *dynamic = &object->dynamic;
    dynamic->flags = (uint32_t)tags->value[DT_FLAGS];
    dynamic->flags_1 = (uint32_t)tags->value[TAG_FLAGS_1];
    dynamic->flags |= tags->present[DT_SYMBOLIC] ? DF_SYMBOLIC : 0u;
    dynamic->flags |= tags->present[DT_TEXTREL] ? DF_TEXTREL : 0u;
    dynamic->flags |=
        tags->present[DT_BIND_NOW] || (dynamic->flags_1 & DF_1_NOW) ? DF_BIND_NOW : 0u;
    object->nodelete = (dynamic->flags_1 & DF_1_NODELETE) != 0;
}

/* What nobody looks into who only lists the object. The first fault, or NULL. */
static const char *decode_tables(struct object *object, struct tags *tags) {
    if (!decode_strings(object, tags) || !decode_symbols(object, tags))
        return "bad DT_STRTAB, DT_SYMTAB or DT_VERSYM";
    if (!decode_gnu_hash(object, tags) || !decode_sysv_hash(object, tags))
        return "bad DT_GNU_HASH or DT_HASH";
    if (!decode_relocs(object, tags))
        return "bad relocation table";
    return decode_init(object, tags) ? NULL : "bad dynamic table entry";
}

static bool decode_dynamic(struct object *object, const elf_phdr *header, struct error *error) {
    struct dynamic *dynamic = &object->dynamic;
    struct tags tags = {0};
    elf_addr address = object->base + header->p_vaddr;
    dynamic->table = (const elf_dyn *)address;
    if (!object->readonly_dynamic && (header->p_flags & PF_W) != 0 &&
        object_contains(object, address, sizeof(elf_addr), PF_W))
        image_own((void *)address); /* glibc's mirror will be written there */
    /* As in glibc, DT_NULL ends the table, and nothing else. */
    size_t limit = room_at(&tags.readable, object, dynamic->table) / sizeof(elf_dyn);
    while (dynamic->count < limit && dynamic->table[dynamic->count].d_tag != DT_NULL) {
        const elf_dyn *entry = &dynamic->table[dynamic->count++];
        int index = tag_index((elf_saddr)entry->d_tag);
        if (index >= 0) {
            tags.value[index] = entry->d_un.d_val;
            tags.present[index] = true;
        }
    }
    if (dynamic->count == limit)
        return malformed(object, error, "PT_DYNAMIC lies outside of the segments");
    elf_addr size = (dynamic->count + 1) * sizeof(elf_dyn);
    object->readonly_dynamic |=
        (header->p_flags & PF_W) == 0 || !object_contains(object, address, size, PF_W);
    decode_flags(object, &tags);
    const char *fault = decode_tables(object, &tags);
    object->fault = object->fault != NULL ? object->fault : fault;
    object->readable = tags.readable;
    decode_names(object, &tags);
    decode_versioning(object, &tags);
    return true;
}

/* As in glibc, an alignment may be any number: the next power of two is one that suits it. */
static elf_addr power_of_two(elf_addr number) {
    elf_addr power = 1;
    while (power < number)
        power *= 2;
    return power;
}

/* A library whose blocks cannot be made may be loaded: as in glibc that is the end of who uses
 * them. The program's own are made at once. */
static void decode_tls(struct object *object, const elf_phdr *header) {
    const elf_addr limit = (elf_addr)1 << (4 * sizeof(elf_addr) + 14);
    const elf_addr image = object->base + header->p_vaddr;
    if (header->p_memsz == 0)
        return;
    /* What does not fit into a block is never copied to one. */
    elf_addr size = header->p_filesz < header->p_memsz ? header->p_filesz : header->p_memsz;
    object->tls.unfit = header->p_memsz > limit || header->p_align > limit ||
                        !object_contains(object, image, size, PF_R);
    if (object->tls.unfit && object->kind == OBJECT_PROGRAM)
        object->fault = "bad PT_TLS";
    object->tls.image = (const void *)image;
    object->tls.image_size = size;
    object->tls.block_size = header->p_memsz;
    object->tls.align = object->tls.unfit ? 1 : power_of_two(header->p_align);
    object->tls.first_byte_offset = header->p_vaddr & (object->tls.align - 1);
}

bool object_decode(struct object *object, struct error *error) {
    const elf_phdr *dynamic = NULL;
    bool empty = false;
    object->stack_flags = ARCH_STACK_FLAGS;
    for (size_t i = 0; i < object->phdr_count; ++i) {
        const elf_phdr *header = &object->phdr[i];
        switch (header->p_type) {
        case PT_DYNAMIC:
            /* A file with debug information only; the kernel's programs are not asked. */
            empty |= header->p_filesz == 0 && object->file_size != 0;
            dynamic = header;
            break;
        case PT_TLS:
            decode_tls(object, header);
            break;
        case PT_GNU_STACK:
            object->stack_flags = header->p_flags;
            break;
        case PT_GNU_RELRO:
            object->relro_start = object->base + header->p_vaddr;
            object->relro_size = header->p_memsz;
            break;
        default:
            break;
        }
    }
    if (dynamic != NULL && dynamic->p_vaddr == 0)
        dynamic = NULL; /* as in glibc: nothing lies there */
    if (empty || (dynamic == NULL && !object->at_fixed_address))
        return error_set(error, 0, object->name, "object file has no dynamic section");
    if (dynamic == NULL)
        return true;
    return decode_dynamic(object, dynamic, error);
}

bool object_is_sound(const struct object *object, struct error *error) {
    return object->fault == NULL || malformed(object, error, object->fault);
}

const char *object_string(const struct object *object, elf_addr offset) {
    const struct dynamic *dynamic = &object->dynamic;
    if (offset < dynamic->strsz)
        return dynamic->strtab + offset;
    if (dynamic->strtab == NULL)
        return NULL;
    const char *text = dynamic->strtab + offset;
    elf_addr room = image_room(object, (elf_addr)text, PF_R, ~(elf_addr)0), length = 0;
    while (length < room && text[length] != '\0')
        ++length;
    return length < room ? text : NULL;
}

bool object_is_named(const struct object *object, const char *name) {
    if (text_equal(object->name, name))
        return true;
    for (const struct object_name *other = object->names; other != NULL; other = other->next)
        if (text_equal(other->name, name))
            return true;
    return false;
}
