/* Finding the definition of a symbol in an ordered list of scopes (gABI "Shared Object
 * Dependencies", GNU symbol versioning). */
#ifndef WINE_LD_LOOKUP_H
#define WINE_LD_LOOKUP_H

#include <stdbool.h>
#include <stdint.h>

#include "object/object.h"
#include "base/symbol_name.h"

/* What kind of definition a reference can use; the values are glibc's ELF_RTYPE_CLASS_*. */
enum reference_class {
    REFERENCE_PLT = 1,  /* a call: an undefined symbol with a PLT address is not a definition */
    REFERENCE_COPY = 2, /* a copy relocation: the program itself is skipped */
};
/* Flags, with the values of glibc's DL_LOOKUP_*. */
enum lookup_flags {
    LOOKUP_ADD_DEPENDENCY = 1,
    LOOKUP_RETURN_NEWEST = 2,
    LOOKUP_GSCOPE_LOCK = 4,
    LOOKUP_LATE = 256,       /* ours: a slot is bound at its first call */
    LOOKUP_UNREPORTED = 512, /* ours: LD_DEBUG says nothing of a question that glibc does not ask */
};

/* The wanted version of a symbol (r_found_version). */
struct wanted_version {
    const char *name;
    uint32_t hash;
    bool hidden;      /* dlvsym: only the exact version */
    const char *file; /* the library that must define it, NULL: any */
};

struct reference {
    struct symbol_name name;
    const struct wanted_version *version; /* NULL: unversioned */
    enum reference_class class;           /* bits, or 0 */
    enum lookup_flags flags;              /* bits, or 0 */
    const elf_sym *symbol;                /* the referring symbol, NULL for dlsym */
    struct object *from;                  /* the referring object */
    const struct object *skip;            /* an object to pass over (RTLD_NEXT, COPY) */
};

/* Where a reference was bound. `symbol` NULL: nowhere, legal for a weak reference only. */
struct binding {
    struct object *object;
    const elf_sym *symbol;
    uint32_t gnu_hash; /* of the name that `lookup` was given, 0: it was not asked */
};

/* How many references were looked up, and how many had the answer of the one before them, for
 * LD_DEBUG=statistics. As in glibc threads may lose counts. */
extern struct lookup_counts {
    unsigned long asked, repeated;
} lookup_counts;

/* Looks `reference` up in `scopes` (NULL-terminated). Returns false with "undefined symbol: NAME"
 * or "symbol NAME version VERSION not defined in file FILE with link time reference" filled in when
 * there is no definition and the reference is not weak. */
bool lookup(const struct reference *reference, struct scope *const *scopes, struct binding *binding,
            struct error *error);

/* The definition of `name` in one object (any version when version is NULL), NULL: none. */
const elf_sym *lookup_in_object(const struct object *object, const char *name,
                                const struct wanted_version *version);

/* The run-time address of `name` in one object, 0: it does not define it. */
elf_addr lookup_address_in(struct object *object, const char *name);

/* The run-time address of what a call of `name` by `from` reaches, 0: nothing. `flags`:
 * LOOKUP_UNREPORTED or 0. As for `lookup`, no
 * object may go meanwhile: the caller is the only thread or between scope_read_begin and _end. */
elf_addr lookup_called(struct object *from, const char *name, enum lookup_flags flags);

/* The run-time address of a bound symbol, before any IFUNC resolution (0 for an undefined weak). */
elf_addr binding_address(const struct binding *binding);

#endif
