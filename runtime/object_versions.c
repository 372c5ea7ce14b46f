/* The version tables of an object (GNU symbol versioning: LSB "Symbol Versioning"): which names its
 * version indices stand for. Knows nothing of other objects. */
#include "heap.h"
#include "lookup.h"
#include "object.h"
#include "system.h"

static bool malformed(const struct object *object, struct error *error, const char *what) {
    return error_set(error, 0, object->name, "malformed ELF file: %s", what);
}

/* The entry `next` bytes after `entry`, or NULL when `size` bytes there are not in a segment. Never
 * one before it: chains end. */
static const void *step(const struct object *object, const void *entry, uint32_t next,
                        size_t size) {
    elf_word address = (elf_word)entry + next;
    return address > (elf_word)entry && object_contains(object, address, size, 0)
               ? (const void *)address
               : NULL;
}

bool object_each_need(struct object *object, version_visitor *visit, void *context) {
    const elf_verneed *need = object->dynamic.verneed;
    for (size_t i = 0; need != NULL && i < object->dynamic.verneed_count; ++i) {
        const char *file = object_string(object, need->vn_file);
        const elf_vernaux *aux = step(object, need, need->vn_aux, sizeof *aux);
        for (unsigned n = 0; aux != NULL && n < need->vn_cnt; ++n) {
            struct version version = {
                .name = object_string(object, aux->vna_name),
                .hash = aux->vna_hash,
                .hidden = (aux->vna_other & VERSYM_HIDDEN) != 0,
                .weak = (aux->vna_flags & VER_FLG_WEAK) != 0,
                .file = file,
            };
            if (version.name == NULL || file == NULL ||
                !visit(object, aux->vna_other & ~VERSYM_HIDDEN, &version, context))
                return false;
            aux = step(object, aux, aux->vna_next, sizeof *aux);
        }
        need = step(object, need, need->vn_next, sizeof *need);
    }
    return true;
}

static bool each_definition(struct object *object, version_visitor *visit, void *context) {
    const elf_verdef *def = object->dynamic.verdef;
    for (size_t i = 0; def != NULL && i < object->dynamic.verdef_count; ++i) {
        const elf_verdaux *aux = step(object, def, def->vd_aux, sizeof *aux);
        struct version version = {.hash = def->vd_hash};
        version.name = aux != NULL ? object_string(object, aux->vda_name) : NULL;
        if (version.name == NULL)
            return false;
        if ((def->vd_flags & VER_FLG_BASE) == 0 &&
            !visit(object, def->vd_ndx & ~VERSYM_HIDDEN, &version, context))
            return false;
        def = step(object, def, def->vd_next, sizeof *def);
    }
    return true;
}

static bool count_version(struct object *object, unsigned index, const struct version *version,
                          void *context) {
    (void)version;
    (void)context;
    if (index >= object->version_count)
        object->version_count = index + 1;
    return true;
}

static bool store_version(struct object *object, unsigned index, const struct version *version,
                          void *context) {
    (void)context;
    if (index < object->version_count)
        object->versions[index] = *version;
    return true;
}

bool object_decode_versions(struct object *object, struct error *error) {
    object->version_count = 0;
    if (!object_each_need(object, count_version, NULL) ||
        !each_definition(object, count_version, NULL))
        return malformed(object, error, "bad DT_VERNEED or DT_VERDEF");
    if (object->version_count == 0)
        return true;
    object->versions = heap_allocate(object->version_count * sizeof *object->versions);
    if (object->versions == NULL) {
        object->version_count = 0;
        return error_set(error, E_NOMEM, object->name, "cannot allocate version reference table");
    }
    return object_each_need(object, store_version, NULL) &&
           each_definition(object, store_version, NULL);
}
