/* An auditor (rtld-audit(7)) that tells which objects it was shown, and which bindings of the
 * probe's library. */
#define _GNU_SOURCE
#include <link.h>
#include <stdio.h>
#include <string.h>

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

unsigned la_version(unsigned version) {
    return version;
}

unsigned la_objopen(struct link_map *map, Lmid_t lmid, uintptr_t *cookie) {
    const char *name = base_name(map->l_name);
    (void)cookie;
    if (strncmp(name, "ld", 2) != 0)
        fprintf(stderr, "auditor: open %s in %ld\n", name, (long)lmid);
    return LA_FLG_BINDFROM | LA_FLG_BINDTO;
}

unsigned la_objclose(uintptr_t *cookie) {
    (void)cookie;
    fprintf(stderr, "auditor: close\n");
    return 0;
}

#if __ELF_NATIVE_CLASS == 64
uintptr_t la_symbind64(Elf64_Sym *symbol, unsigned index, uintptr_t *from, uintptr_t *to,
                       unsigned *flags, const char *name) {
#else
uintptr_t la_symbind32(Elf32_Sym *symbol, unsigned index, uintptr_t *from, uintptr_t *to,
                       unsigned *flags, const char *name) {
#endif
    (void)index, (void)from, (void)to, (void)flags;
    if (strncmp(name, "library_", 8) == 0)
        fprintf(stderr, "auditor: bind %s\n", name);
    return symbol->st_value;
}
