/**
 * An auditor of the cases: says what it is told. HEARS_… choose the functions that it has; NAME is
 * its name, and VERSION the interface that it wants (0: what it is offered, -1: none).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <string.h>

#include "trace.h"

/** An object's number is its place in the order of la_objopen; objects of the case itself are
 * `OWN`. */
#define MOST 128
#define OWN  1

static struct {
    char name[64];
    int flags;
} objects[MOST];
static unsigned count;

/** The number of a cookie; the last one for what la_objopen has not seen yet. */
static unsigned number_of(const uintptr_t *cookie) {
    return *cookie < MOST ? (unsigned)*cookie : MOST - 1;
}

static const char *name_of(const uintptr_t *cookie) {
    return number_of(cookie) == MOST - 1 ? "what is not open" : objects[number_of(cookie)].name;
}

static const char *last_part(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static void tell(const char *what, const char *name, const char *format, unsigned long number) {
    char text[64];
    snprintf(text, sizeof(text), format, number);
    say(NAME ": ", what, " ", name, text, NULL);
}

SHOWN unsigned la_version(unsigned offered);
SHOWN unsigned la_version(unsigned offered) {
    say(NAME ": version", NULL);
    return VERSION < 0 ? 0 : VERSION == 0 ? offered : VERSION;
}

SHOWN unsigned la_objopen(struct link_map *map, Lmid_t namespace, uintptr_t *cookie);
SHOWN unsigned la_objopen(struct link_map *map, Lmid_t namespace, uintptr_t *cookie) {
    unsigned number = count++ % (MOST - 1);
    const char *name = *map->l_name == '\0' ? "main" : map->l_name;
    size_t length = strlen(name);
    int is_own = length < 3 || strcmp(name + length - 3, ".so") == 0 || strcmp(name, "main") == 0;
    snprintf(objects[number].name, sizeof(objects[number].name), "%s", last_part(name));
    objects[number].flags = is_own ? OWN : 0;
    *cookie = number;
    tell("open", name, " in namespace %ld", (unsigned long)namespace);
#ifdef ASKS
    return ASKS;
#else
    return is_own ? LA_FLG_BINDTO | LA_FLG_BINDFROM : 0;
#endif
}

#ifdef HEARS_SEARCH
SHOWN char *la_objsearch(const char *name, uintptr_t *cookie, unsigned flag);
SHOWN char *la_objsearch(const char *name, uintptr_t *cookie, unsigned flag) {
    char text[64];
    snprintf(text, sizeof(text), ", flag %#x, for ", flag);
    say(NAME ": search ", name, text, name_of(cookie), NULL);
    if (strstr(name, "redirected.so") != NULL)
        return strchr(name, '/') == NULL ? (char *)"other.so" : (char *)name;
    return strstr(name, "forbidden.so") != NULL ? NULL : (char *)name;
}
#endif

#ifdef HEARS_ACTIVITY
SHOWN void la_activity(uintptr_t *cookie, unsigned flag);
SHOWN void la_activity(uintptr_t *cookie, unsigned flag) {
    tell("activity", name_of(cookie), " %lu", flag);
}
#endif

#ifdef HEARS_PREINIT
SHOWN void la_preinit(uintptr_t *cookie);
SHOWN void la_preinit(uintptr_t *cookie) {
    tell("preinit", name_of(cookie), "", 0);
}
#endif

#ifdef HEARS_CLOSE
SHOWN unsigned la_objclose(uintptr_t *cookie);
SHOWN unsigned la_objclose(uintptr_t *cookie) {
    tell("close", name_of(cookie), "", 0);
    return 0;
}
#endif

#if defined(HEARS_BIND) || defined(HEARS_ENTER) || defined(HEARS_EXIT)
static const char *changed(void) {
    return "what the auditor put there";
}

#if __ELF_NATIVE_CLASS == 64
#define LA_SYMBIND      la_symbind64
#define LA_ENTER        la_x86_64_gnu_pltenter
#define LA_EXIT         la_x86_64_gnu_pltexit
#define REGISTERS       La_x86_64_regs
#define RESULTS         La_x86_64_retval
#define RESULT(results) ((results)->lrv_rax)
#define FRAME           (128 + 7 * 8)
#else
#define LA_SYMBIND      la_symbind32
#define LA_ENTER        la_i86_gnu_pltenter
#define LA_EXIT         la_i86_gnu_pltexit
#define REGISTERS       La_i86_regs
#define RESULTS         La_i86_retval
#define RESULT(results) ((results)->lrv_eax)
#define FRAME           (128 + 22 * 8)
#endif

SHOWN uintptr_t LA_SYMBIND(ElfW(Sym) * symbol, unsigned index, uintptr_t *from, uintptr_t *to,
                           unsigned *flags, const char *name);
SHOWN uintptr_t LA_SYMBIND(ElfW(Sym) * symbol, unsigned index, uintptr_t *from, uintptr_t *to,
                           unsigned *flags, const char *name) {
    char text[64];
    (void)index;
    snprintf(text, sizeof(text), ", flags %#x", *flags);
    say(NAME ": bind ", name, ", ", name_of(from), " to ", name_of(to), text, NULL);
    return strcmp(name, "changed") == 0 ? (uintptr_t)changed : symbol->st_value;
}
#endif

#ifdef HEARS_ENTER
SHOWN ElfW(Addr)
    LA_ENTER(ElfW(Sym) * symbol, unsigned index, uintptr_t *from, uintptr_t *to,
             REGISTERS *registers, unsigned *flags, const char *name, long *frame_size);
SHOWN ElfW(Addr)
    LA_ENTER(ElfW(Sym) * symbol, unsigned index, uintptr_t *from, uintptr_t *to,
             REGISTERS *registers, unsigned *flags, const char *name, long *frame_size) {
    char text[64];
    (void)index;
    (void)registers;
    snprintf(text, sizeof(text), ", flags %#x", *flags);
    if (objects[number_of(to)].flags == OWN)
        say(NAME ": enter ", name, ", ", name_of(from), " to ", name_of(to), text, NULL);
    *frame_size = objects[number_of(to)].flags == OWN ? FRAME : 0;
    return strcmp(name, "entered") == 0 ? (uintptr_t)changed : symbol->st_value;
}
#endif

#ifdef HEARS_EXIT
SHOWN unsigned LA_EXIT(ElfW(Sym) * symbol, unsigned index, uintptr_t *from, uintptr_t *to,
                       const REGISTERS *in, RESULTS *out, const char *name);
SHOWN unsigned LA_EXIT(ElfW(Sym) * symbol, unsigned index, uintptr_t *from, uintptr_t *to,
                       const REGISTERS *in, RESULTS *out, const char *name) {
    (void)symbol;
    (void)index;
    (void)in;
    if (objects[number_of(to)].flags == OWN)
        say(NAME ": exit ", name, ", ", name_of(from), " to ", name_of(to), " with ",
            RESULT(out) > 65536 ? (const char *)RESULT(out) : "nothing", NULL);
    if (strcmp(name, "answered") == 0)
        RESULT(out) = (uintptr_t) "what the auditor answered";
    return 0;
}
#endif
