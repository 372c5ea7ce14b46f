/* An auditor that prints every event, with names reduced to what is the same everywhere. */
#define _GNU_SOURCE
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef NAME
#define NAME "audit"
#endif
#ifndef VERSION
#define VERSION LAV_CURRENT
#endif

static const char *base(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* Objects by cookie: the auditor's own numbers, given in la_objopen. */
static const char *names[64] = {"?"};
static unsigned known = 1;

static const char *of(const uintptr_t *cookie) {
    return *cookie < known ? names[*cookie] : "not introduced";
}

/* What an object is called: the program comes first in the base namespace, then the dynamic linker,
 * whose file is called differently from test to test, as the kernel's vdso from machine to machine.
 */
static const char *name_of(const struct link_map *map, Lmid_t space) {
    static const char *const first[] = {"program", "ld.so"};
    static unsigned seen;
    if (space == LM_ID_BASE && seen < 2)
        return first[seen++];
    if (strncmp(base(map->l_name), "ld-", 3) == 0 || strstr(base(map->l_name), ".so") == NULL)
        return "ld.so";
    return strncmp(map->l_name, "linux-", 6) == 0 ? "vdso" : base(map->l_name);
}

static void line(const char *text) {
    (void)!write(1, text, strlen(text));
}

#define SAY(...)                                                                                   \
    do {                                                                                           \
        char said[512];                                                                            \
        snprintf(said, sizeof said, NAME ": " __VA_ARGS__);                                        \
        line(said);                                                                                \
    } while (0)

unsigned la_version(unsigned version) {
    SAY("version %s\n", version == LAV_CURRENT ? "current" : "other");
    return VERSION;
}

void la_activity(uintptr_t *cookie, unsigned activity) {
    SAY("activity %u of %s\n", activity, of(cookie));
}

/* Whether a file of this name was not the last to be tried: which subfolders of a folder are tried
 * depends on what is known of it. */
static int is_news(const char *path, unsigned origin) {
    static char last[256];
    static unsigned last_origin;
    int news = strcmp(last, base(path)) != 0 || last_origin != origin;
    snprintf(last, sizeof last, "%s", base(path));
    last_origin = origin;
    return news;
}

char *la_objsearch(const char *name, uintptr_t *cookie, unsigned origin) {
    if (strstr(name, "ld-linux") != NULL)
        return (char *)name;
    int file = strchr(name, '/') != NULL && origin != LA_SER_ORIG;
    if (!file || is_news(name, origin))
        SAY("search %s%s for %s, origin %#x\n", file ? "file " : "", base(name), of(cookie),
            origin);
    if (strcmp(name, "libasked.so") == 0)
        return "libgiven.so";
    if (strcmp(name, "libforbidden.so") == 0)
        return NULL;
    if (origin != LA_SER_ORIG && strcmp(base(name), "libhidden.so") == 0)
        return NULL;
    return (char *)name;
}

unsigned la_objopen(struct link_map *map, Lmid_t space, uintptr_t *cookie) {
    const char *name = name_of(map, space);
    SAY("open %s in %s, cookie %s\n", name, space == LM_ID_BASE ? "base" : "another",
        *cookie == (uintptr_t)map ? "map" : "other");
    if (known < 64) {
        names[known] = strdup(name);
        *cookie = known++;
    }
    return LA_FLG_BINDTO | LA_FLG_BINDFROM;
}

unsigned la_objclose(uintptr_t *cookie) {
    SAY("close %s\n", of(cookie));
    return 0;
}

void la_preinit(uintptr_t *cookie) {
    SAY("preinit %s\n", of(cookie));
}

static int fourteen(void) {
    return 14;
}

static uintptr_t bind(uintptr_t value, uintptr_t *from, uintptr_t *to, unsigned *flags,
                      const char *name) {
    /* What libc needs for an error of ld.so's depends on how that is made. */
    if (strcmp(name, "_dl_exception_create") != 0)
        SAY("bind %s from %s to %s, flags %#x\n", name, of(from), of(to), *flags);
    return strcmp(name, "test_changed") == 0 ? (uintptr_t)fourteen : value;
}

#if __ELF_NATIVE_CLASS == 64
uintptr_t la_symbind64(Elf64_Sym *symbol, unsigned index, uintptr_t *from, uintptr_t *to,
                       unsigned *flags, const char *name) {
    (void)index;
    return bind(symbol->st_value, from, to, flags, name);
}
#else
uintptr_t la_symbind32(Elf32_Sym *symbol, unsigned index, uintptr_t *from, uintptr_t *to,
                       unsigned *flags, const char *name) {
    (void)index;
    return bind(symbol->st_value, from, to, flags, name);
}
#endif
