/* Checking version needs against version definitions (GNU symbol versioning), before anything is
 * bound. */
#include "process/debug.h"
#include "glibc/rules.h"
#include "link/load.h"
#include "object/lookup.h"
#include "base/text.h"

static struct object *find_needed(const struct object *object, const char *file) {
    for (struct object *other = object->ns->first; other != NULL; other = other->next)
        if (!other->removed && !other->forgotten && object_is_named(other, file))
            return other;
    return NULL;
}

/* Whether `definer` offers what `object` needs; an object without any definitions offers
 * everything. What is missing but may be is worth a warning when the program starts: then `error`
 * is filled all the same. */
static bool check_need(const struct object *object, const struct version *need,
                       const struct object *definer, struct error *error) {
    if (debug_wants(DEBUG_VERSIONS))
        debug_print("checking for version `%s' in file %s [%ld] required by file %s [%ld]\n",
                    need->name, debug_name(definer), definer->ns->id, debug_name(object),
                    object->ns->id);
    if (definer->dynamic.verdef == NULL) {
        error_set(error, 0, debug_name(definer),
                  "no version information available (required by %s)", debug_name(object));
        return true;
    }
    uint16_t format;
    enum definition found = object_find_definition(definer, need, &format);
    if (found == DEFINITION_UNREADABLE)
        return error_set(error, 0, debug_name(definer), "unsupported version %d of Verdef record",
                         format);
    if (found == DEFINITION_MISSING) {
        error_set(error, 0, debug_name(definer), "%sversion `%s' not found (required by %s)",
                  need->weak ? "weak " : "", need->name, debug_name(object));
        return need->weak;
    }
    return true;
}

/* One object being checked: what to do with failures, and what was seen. */
struct check {
    void (*report)(const struct error *error);
    struct error *error;
    bool good, relr_announced;
    const char *file; /* the last one asked for, and who is called so: needs come file by file */
    const struct object *definer;
};

/* Passes a warning on, when there is one and the program is starting. */
static bool warned(struct check *check) {
    if (check->report != NULL && check->error->message != NULL)
        check->report(check->error);
    error_clear(check->error);
    return true;
}

/* Takes note of a failure; whether to go on. */
static bool failed(struct check *check) {
    check->good = false;
    if (check->report == NULL)
        return false;
    check->report(check->error);
    error_clear(check->error);
    return true;
}

static bool check_version(struct object *object, unsigned index, const struct version *need,
                          void *context) {
    struct check *check = context;
    (void)index;
    check->relr_announced |= text_equal(need->name, "GLIBC_ABI_DT_RELR");
    if (check->file != need->file)
        check->definer = find_needed(object, need->file);
    check->file = need->file;
    const struct object *definer = check->definer;
    if (definer == NULL) {
        error_set(check->error, 0, debug_name(object),
                  "file %s that version `%s' must come from is not needed", need->file, need->name);
        return failed(check);
    }
    if (definer->missing)
        return true;
    return check_need(object, need, definer, check->error) ? warned(check) : failed(check);
}

static bool needs_libc(const struct object *object) {
    for (size_t i = 0; i < object->dynamic.count; ++i) {
        const elf_dyn *entry = &object->dynamic.table[i];
        const char *name =
            entry->d_tag == DT_NEEDED ? object_string(object, entry->d_un.d_val) : NULL;
        if (name != NULL && text_starts(name, "libc.so."))
            return true;
    }
    return false;
}

/* A library with DT_RELR must say so to the libc of which it needs versions: a glibc that is older
 * than the format does not offer that one. */
static bool relr_is_announced(const struct object *object, const struct check *check) {
    return glibc_wants_relr_marker == NULL || object->dynamic.verneed == NULL ||
           !object->dynamic.has_relr || check->relr_announced || !needs_libc(object) ||
           error_set(check->error, 0, debug_name(object),
                     "DT_RELR without GLIBC_ABI_DT_RELR dependency");
}

/* As in glibc the first record speaks for all. */
static bool format_is_known(const struct object *object, const struct check *check) {
    const elf_verneed *need = object->dynamic.verneed;
    return need == NULL || need->vn_version == VER_NEED_CURRENT ||
           error_set(check->error, 0, debug_name(object),
                     "unsupported version %d of Verneed record", need->vn_version);
}

static bool check_object(struct object *object, void (*report)(const struct error *error),
                         struct error *error) {
    struct check check = {.report = report, .error = error, .good = true};
    bool sound =
        format_is_known(object, &check) &&
        (!object_each_need(object, check_version, &check) || relr_is_announced(object, &check));
    /* Other than a version that is missing, this ends a start at once. */
    if (!sound && report != NULL)
        error_fatal(error);
    return sound && check.good;
}

bool load_check_versions(struct object *const *objects, size_t count,
                         void (*report)(const struct error *error), struct error *error) {
    bool good = true;
    for (size_t i = 0; i < count && (good || report != NULL); ++i) {
        struct object *object = objects[i];
        good &= object->versions_checked || check_object(object, report, error);
        object->versions_checked = true;
    }
    return good;
}
