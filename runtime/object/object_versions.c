/* The version tables of an object (GNU symbol versioning: LSB "Symbol Versioning"): which names its
 * version indices stand for. Knows nothing of other objects. */
#include "process/heap.h"
#include "object/image.h"
#include "object/lookup.h"
#include "object/object.h"
#include "base/system.h"
#include "base/text.h"

static bool malformed(const struct object *object, struct error *error, const char *what) {
    return error_set(error, 0, object->name, "malformed ELF file: %s", what);
}

/* Chains end with an entry that names no next one. As in glibc, counts do not matter. */
static bool readable(struct image_run *run, const struct object *object, const void *entry,
                     size_t size) {
    return image_run_holds(run, object, (elf_addr)entry, size, PF_R);
}

/* What is `distance` bytes after `entry`, at the entry itself for 0. Never before it: chains end.
 */
static const void *after(const void *entry, uint32_t distance) {
    elf_addr address = (elf_addr)entry + distance;
    return address >= (elf_addr)entry ? (const void *)address : NULL;
}

/* As in glibc, a name matters only to who compares it: one that cannot be read is like no other. */
static const char *name_at(const struct object *object, elf_addr offset) {
    const char *name = object_string(object, offset);
    return name != NULL ? name : "";
}

static bool each_aux(struct image_run *run, struct object *object, const elf_verneed *need,
                     version_visitor *visit, void *context) {
    const char *file = object_string(object, need->vn_file);
    const elf_vernaux *aux = after(need, need->vn_aux);
    for (;; aux = after(aux, aux->vna_next)) {
        if (aux == NULL || file == NULL || !readable(run, object, aux, sizeof *aux))
            return false;
        const struct version version = {
            .name = name_at(object, aux->vna_name),
            .hash = aux->vna_hash,
            .hidden = (aux->vna_other & VERSYM_HIDDEN) != 0,
            .weak = (aux->vna_flags & VER_FLG_WEAK) != 0,
            .file = file,
        };
        if (!visit(object, aux->vna_other & ~VERSYM_HIDDEN, &version, context))
            return false;
        if (aux->vna_next == 0)
            return true;
    }
}

bool object_each_need(struct object *object, version_visitor *visit, void *context) {
    const elf_verneed *need = object->dynamic.verneed;
    struct image_run run = object->readable;
    while (need != NULL) {
        if (!readable(&run, object, need, sizeof *need) ||
            !each_aux(&run, object, need, visit, context))
            return false;
        if (need->vn_next == 0)
            return true;
        need = after(need, need->vn_next);
    }
    return object->dynamic.verneed == NULL;
}

/* The base definition is the object's own name, which is no version. */
static bool visit_definition(struct image_run *run, struct object *object, const elf_verdef *def,
                             version_visitor *visit, void *context) {
    const elf_verdaux *aux = after(def, def->vd_aux);
    if ((def->vd_flags & VER_FLG_BASE) != 0)
        return true;
    bool named = aux != NULL && readable(run, object, aux, sizeof *aux);
    const struct version version = {
        .name = named ? name_at(object, aux->vda_name) : "",
        .hash = def->vd_hash,
    };
    return visit(object, def->vd_ndx & ~VERSYM_HIDDEN, &version, context);
}

static bool each_definition(struct object *object, version_visitor *visit, void *context) {
    const elf_verdef *def = object->dynamic.verdef;
    struct image_run run = object->readable;
    while (def != NULL) {
        if (!readable(&run, object, def, sizeof *def) ||
            !visit_definition(&run, object, def, visit, context))
            return false;
        if (def->vd_next == 0)
            return true;
        def = after(def, def->vd_next);
    }
    return object->dynamic.verdef == NULL;
}

static bool is_called(const struct object *object, const elf_verdef *def, const char *name) {
    const elf_verdaux *aux = after(def, def->vd_aux);
    return aux != NULL && object_contains(object, (elf_addr)aux, sizeof *aux, PF_R) &&
           text_equal(name_at(object, aux->vda_name), name);
}

bool object_defines(const struct object *object, const char *name) {
    const elf_verdef *def = object->dynamic.verdef;
    while (def != NULL && !is_called(object, def, name))
        def = def->vd_next != 0 ? after(def, def->vd_next) : NULL;
    return def != NULL;
}

enum definition object_find_definition(const struct object *object, const struct version *wanted,
                                       uint16_t *format) {
    const elf_verdef *def = object->dynamic.verdef;
    for (; def != NULL; def = after(def, def->vd_next)) {
        *format = def->vd_version;
        if (def->vd_version != VER_DEF_CURRENT)
            return DEFINITION_UNREADABLE;
        if (def->vd_hash == wanted->hash && is_called(object, def, wanted->name))
            return DEFINITION_FOUND;
        if (def->vd_next == 0)
            break;
    }
    return DEFINITION_MISSING;
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

/* Needs of another format are an error later, when they are checked; nobody can read them. */
static bool is_other_format(const struct object *object) {
    const elf_verneed *need = object->dynamic.verneed;
    return need != NULL && object_contains(object, (elf_addr)need, sizeof *need, PF_R) &&
           need->vn_version != VER_NEED_CURRENT;
}

bool object_decode_versions(struct object *object, struct error *error) {
    object->version_count = 0;
    bool unread = is_other_format(object);
    if ((!unread && !object_each_need(object, count_version, NULL)) ||
        !each_definition(object, count_version, NULL))
        return malformed(object, error, "bad DT_VERNEED or DT_VERDEF");
    if (object->version_count == 0) {
        object->dynamic.versym = NULL; /* as in glibc: without versions any will do */
        return true;
    }
    object->versions = heap_allocate(object->version_count * sizeof *object->versions);
    if (object->versions == NULL) {
        object->version_count = 0;
        return error_set(error, E_NOMEM, object->name, "cannot allocate version reference table");
    }
    return (unread || object_each_need(object, store_version, NULL)) &&
           each_definition(object, store_version, NULL);
}
