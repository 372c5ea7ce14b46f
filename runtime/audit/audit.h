/* The auditing interface (rtld-audit(7)): libraries in namespaces of their own that hear of
 * searches, objects, bindings and calls, and may answer otherwise. */
#ifndef WINE_LD_AUDIT_H
#define WINE_LD_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch.h"
#include "process/error.h"

struct binding;
struct namespace;
struct object;

/* LA_ACT_*: what happens to a namespace. */
enum audit_activity { AUDIT_CONSISTENT, AUDIT_ADDING, AUDIT_REMOVING };

/* LA_SER_*: where a name comes from. */
enum audit_origin {
    AUDIT_AS_ASKED = 1,
    AUDIT_LIBRARY_PATH = 2,
    AUDIT_RUNPATH = 4,
    AUDIT_CACHE = 8,
    AUDIT_DEFAULT = 0x40,
};

/* LA_FLG_*: la_objopen's answer. */
enum { AUDIT_BIND_TO = 1, AUDIT_BIND_FROM = 2 };

/* LA_SYMB_*: of a binding. */
enum {
    AUDIT_NO_ENTER = 1,
    AUDIT_NO_EXIT = 2,
    AUDIT_DLSYM = 8,
    AUDIT_CHANGED = 0x10,
};

/* What one auditor offers; any may be NULL. A cookie is a word of the auditor's own for an object.
 */
struct auditor {
    void (*activity)(uintptr_t *cookie, unsigned activity);
    const char *(*search)(const char *name, uintptr_t *cookie, unsigned origin);
    unsigned (*open)(void *map, long ns, uintptr_t *cookie);
    void (*preinit)(uintptr_t *cookie);
    uintptr_t (*bind)(elf_sym *symbol, unsigned index, uintptr_t *from, uintptr_t *to,
                      unsigned *flags, const char *name);
    uintptr_t (*enter)(elf_sym *symbol, unsigned index, uintptr_t *from, uintptr_t *to,
                       void *registers, unsigned *flags, const char *name, long *frame_size);
    unsigned (*exit)(elf_sym *symbol, unsigned index, uintptr_t *from, uintptr_t *to,
                     const void *registers, void *results, const char *name);
    unsigned (*close)(uintptr_t *cookie);
};

/* What a PLT slot was bound to, kept where its calls are followed. Zeros: nothing yet. */
struct bound_call {
    elf_addr address;      /* where calls go */
    struct object *object; /* the definer; NULL: an undefined weak symbol */
    unsigned index;        /* of the definition in its object */
    unsigned flags;        /* LA_SYMB_*, as the auditors left them */
    uint32_t skips;        /* what auditors do not want to hear of: AUDIT_NO_ENTER and AUDIT_NO_EXIT
                              where all of them say so, and above them two bits for each */
    bool ready;            /* `address` is final */
};

enum { AUDITOR_LIMIT = 16 }; /* each has a namespace */

/* The auditors at work, in the order in which they were named. */
extern struct auditor auditors[AUDITOR_LIMIT];
extern size_t auditor_count;

/* What differs between versions of glibc. */
struct audit_rules {
    unsigned latest_version;    /* LAV_CURRENT */
    bool opens_vdso;            /* the vdso is an object like others */
    bool binds_at_relocation;   /* la_symbind is called without lazy binding, too */
    bool binds_linker;          /* and for what ld.so binds for itself (audit_linker.c) */
    bool removal_first;         /* dlclose: LA_ACT_DELETE comes before la_objclose */
    bool consistent_when_bound; /* dlopen: LA_ACT_CONSISTENT comes after relocation, always */
    bool knows_linkers;         /* ld.so is opened and closed in further namespaces, too */
};
extern const struct audit_rules audit_rules;

/* Where an auditor's two bits lie in bound_call's `skips`. */
static inline unsigned audit_skip_shift(size_t auditor) {
    return 2 * ((unsigned)auditor + 1);
}

/* Whether there is anybody to tell: the one test of a process without auditors. */
static inline bool audit_wanted(void) {
    return __builtin_expect(auditor_count != 0, false);
}

/* Loads the auditors that the user and the program ask for; those that cannot be used are reported
 * on standard error. Before any other library is loaded. In a process with auditors the initial
 * thread exists afterwards. False: without that thread no auditor can run. */
bool audit_load(struct object *program, struct error *error);

/* Something happens to the objects of `ns`. */
void audit_change(struct namespace *ns, enum audit_activity activity);
/* `object` is new in its namespace's list. */
void audit_added(struct object *object);
/* The same without a change of the namespace. */
void audit_open(struct object *object);
/* The destructors of `object` have run. */
void audit_close(struct object *object);
/* The program's own initialisation is next. */
void audit_preinit(struct object *program);

/* The name to look for instead of `name`, on behalf of `loader`; NULL: none, pass this one over. */
const char *audit_search(const char *name, struct object *loader, enum audit_origin origin);

/* A function of `from` was bound to `binding`, which is at `value`, while `from` was relocated.
 * Returns the address to take. */
elf_addr audit_bind_early(struct object *from, const struct binding *binding, elf_addr value);
/* ld.so has bound what it wants for itself. After relocation, before libc's early code. */
void audit_linker_bound(struct object *program);
/* The same on a first call: runs the auditors with the caller's vector registers kept. `call`:
 * where the calls are followed, becomes all but `address` and `ready`; else NULL. */
elf_addr audit_bind_lazily(struct object *from, const struct binding *binding, elf_addr value,
                           struct bound_call *call);
/* The same for dlsym called from `from`. */
elf_addr audit_bind_dlsym(struct object *from, const struct binding *binding, elf_addr value);

/* Whether calls from `object` are followed for the sake of auditors. */
bool audit_follows(const struct object *object);
/* A call of `from` is about to reach `call`. Runs the auditors with the vector registers kept;
 * returns the address to call. `registers` is La_*_regs. *frame_size: how much of the caller's
 * stack the function must get as a copy so that its return can be seen; negative: nobody wants
 * that. */
elf_addr audit_enter(struct object *from, struct bound_call *call, void *registers,
                     long *frame_size);
/* It has returned. `results` is La_*_retval. */
void audit_exit(struct object *from, struct bound_call *call, const void *registers, void *results);

#endif
