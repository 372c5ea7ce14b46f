/* dlopen and dlclose as operations on objects; glibc's entry points to them are in
 * glibc/entry/dlfcn. The caller holds the load lock, which is recursive: constructors and
 * destructors may come here again.
 */
#ifndef WINE_LD_DL_H
#define WINE_LD_DL_H

#include "object/namespace.h"
#include "object/object.h"

/* Flags of dlopen(3), and glibc's private one. */
enum {
    DL_LAZY = 1,
    DL_NOW = 2,
    DL_NOLOAD = 4,
    DL_DEEPBIND = 8,
    DL_GLOBAL = 0x100,
    DL_NODELETE = 0x1000,
    DL_MODE_DLOPEN = (int)0x80000000,
};

/* What is to be opened, for whom. */
struct dl_request {
    const char *name;      /* "": the program */
    int mode;              /* DL_* */
    struct object *caller; /* whose search paths and $ORIGIN count */
    struct namespace *ns;
    bool for_audit; /* an auditor: in a secure process only set-user-ID files count */
    int argc;       /* for the constructors */
    char **argv, **envp;
};

/* Opens a library as dlopen(3) does and runs constructors. NULL with an empty error (message NULL):
 * it is not loaded (DL_NOLOAD). On failure everything that was loaded is gone again. */
struct object *dl_open(const struct dl_request *request, struct error *error);

/* dlclose(3): drops one reference; unloads what nothing needs any more, after its destructors. */
bool dl_close(struct object *object, struct error *error);

/* Unloads what nothing in `ns` needs any more. `closed`: the object whose closing is the reason
 * (glibc 2.39 and later run its destructors first), NULL when it may be gone. `failed`: a dlopen
 * failed, so objects that never were complete go even if they asked to stay. Called again from a
 * destructor, has the outer call look again when it is done. */
void dl_collect(struct namespace *ns, struct object *closed, bool failed);

#endif
