/* What happens between us and libc.so.6 at start: is it the one we were built for, and telling it
 * that it may begin. */
#include "base/format.h"
#include "glibc/gscope.h"
#include "glibc/mirror/libc.h"
#include "glibc_identity.h"
#include "object/lookup.h"
#include "base/text.h"
#include "glibc_layout.h"
#include "object/namespace.h"
#include "space/space.h"

enum { NT_GNU_BUILD_ID = 3 };

static elf_addr align_note(elf_addr size) {
    return (size + 3) & ~(elf_addr)3;
}

/* The build-id in one PT_NOTE segment, NULL: none of the expected size. */
static const unsigned char *build_id_in(const unsigned char *notes, elf_addr size) {
    while (size >= sizeof(elf_nhdr)) {
        const elf_nhdr *note = (const elf_nhdr *)(const void *)notes;
        elf_addr name = align_note(note->n_namesz), descriptor = align_note(note->n_descsz);
        elf_addr whole = sizeof *note + name + descriptor;
        if (name > size || descriptor > size || whole > size)
            return NULL;
        if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 &&
            memcmp(note + 1, "GNU", 4) == 0 && note->n_descsz == GLIBC_BUILD_ID_SIZE)
            return notes + sizeof *note + name;
        notes += whole;
        size -= whole;
    }
    return NULL;
}

static const unsigned char *build_id_of(const struct object *object) {
    const unsigned char *found = NULL;
    for (size_t i = 0; i < object->phdr_count && found == NULL; ++i) {
        const elf_phdr *header = &object->phdr[i];
        elf_addr address = object->base + header->p_vaddr;
        if (header->p_type == PT_NOTE && object_contains(object, address, header->p_memsz, 0))
            found = build_id_in((const unsigned char *)address, header->p_memsz);
    }
    return found;
}

bool glibc_build_id_text(const struct object *libc, char *text, size_t size) {
    const unsigned char *id = build_id_of(libc);
    for (size_t i = 0; id != NULL && i < GLIBC_BUILD_ID_SIZE && 2 * i + 2 < size; ++i)
        format(text + 2 * i, size - 2 * i, "%02x", id[i]);
    return id != NULL;
}

bool glibc_fits(struct object *libc, struct error *error) {
    const unsigned char *id = build_id_of(libc);
    for (size_t i = 0; id != NULL && i < GLIBC_BUILD_COUNT; ++i)
        if (memcmp(id, glibc_build_ids[i], GLIBC_BUILD_ID_SIZE) == 0)
            return true;
    return error_set(error, 0, libc->name, "not a glibc that this linker was made for (%s)",
                     GLIBC_ABI);
}

static elf_addr private_symbol(const struct object *libc, const char *name) {
    struct wanted_version version = {.name = "GLIBC_PRIVATE",
                                     .hash = sysv_hash_of("GLIBC_PRIVATE")};
    const elf_sym *symbol = lookup_in_object(libc, name, &version);
    return symbol != NULL ? libc->base + symbol->st_value : 0;
}

void glibc_early_init(struct object *libc, bool initial) {
    elf_addr address = private_symbol(libc, "__libc_early_init");
    if (address != 0)
        ((void (*)(_Bool))address)(initial);
}

/* As `space_set_libc_finder` wants it. */
static uintptr_t symbol_for(uintptr_t caller, const char *symbol) {
    int outer = scope_read_begin();
    const struct object *object = namespace_object_at((const void *)caller);
    struct object *libc = object != NULL ? object->ns->libc : NULL;
    uintptr_t address = libc != NULL ? lookup_address_in(libc, symbol) : 0;
    scope_read_end(outer);
    return address;
}

void glibc_bind_further_libc(void) {
    space_set_libc_finder(symbol_for);
}
