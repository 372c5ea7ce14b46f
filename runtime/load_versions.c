/* Checking version needs against version definitions (GNU symbol versioning), before anything is bound. */
#include "debug.h"
#include "load.h"
#include "lookup.h"
#include "text.h"

static struct object *find_needed(const struct object *object, const char *file) {
    for (struct object *other = object->space->first; other != NULL; other = other->next) {
        if (!other->removed && object_is_named(other, file)) {
            return other;
        }
    }
    return NULL;
}

static bool defines(const struct object *object, const struct version *wanted) {
    for (size_t i = 0; i < object->version_count; ++i) {
        const struct version *own = &object->versions[i];
        if (own->name != NULL && own->file == NULL && own->hash == wanted->hash &&
            text_equal(own->name, wanted->name)) {
            return true;
        }
    }
    return false;
}

/* Whether `definer` offers what `object` needs; an object without any definitions offers everything. */
static bool check_need(const struct object *object, const struct version *need,
                       const struct object *definer, struct error *error) {
    if (debug_wants(DEBUG_VERSIONS)) {
        debug_print("checking for version `%s' in file %s [%ld] required by file %s [%ld]\n",
                    need->name, debug_name(definer), definer->space->id, debug_name(object),
                    object->space->id);
    }
    return need->weak || definer->dynamic.verdef == NULL || defines(definer, need) ||
           error_set(error, 0, debug_name(definer), "version `%s' not found (required by %s)",
                     need->name, debug_name(object));
}

bool load_check_versions(struct object *const *objects, size_t count,
                         void (*report)(const struct error *error), struct error *error) {
    bool good = true;
    for (size_t i = 0; i < count; ++i) {
        struct object *object = objects[i];
        for (size_t v = 0; !object->versions_checked && v < object->version_count; ++v) {
            const struct version *need = &object->versions[v];
            if (need->name == NULL || need->file == NULL) {
                continue;
            }
            const struct object *definer = find_needed(object, need->file);
            if (definer == NULL) {
                error_set(error, 0, debug_name(object), "file %s that version `%s' must come from is not needed",
                          need->file, need->name);
            } else if (definer->missing ||
                       check_need(object, need, definer, error)) {
                continue;
            }
            if (report == NULL) {
                return false;
            }
            report(error);
            error_clear(error);
            good = false;
        }
        object->versions_checked = true;
    }
    return good;
}
