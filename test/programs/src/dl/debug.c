/* _r_debug, as a debugger sees it: through DT_DEBUG of the program. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <string.h>

#include "check.h"

extern ElfW(Dyn) _DYNAMIC[];

static struct r_debug *published(void) {
    for (ElfW(Dyn) *entry = _DYNAMIC; entry->d_tag != DT_NULL; entry++)
        if (entry->d_tag == DT_DEBUG)
            return (struct r_debug *)entry->d_un.d_ptr;
    return NULL;
}

static void list(const struct r_debug *debug) {
    const struct link_map *before = NULL;
    for (const struct link_map *map = debug->r_map; map != NULL; map = map->l_next) {
        const char *slash = strrchr(map->l_name, '/');
        const char *name = slash == NULL ? map->l_name : slash + 1;
        int linker = strncmp(name, "ld-", 3) == 0 || strstr(map->l_name, "/wl-") != NULL;
        puts(linker ? "the linker" : name);
        CHECK(map->l_prev == before && map->l_ld != NULL);
        before = map;
    }
}

int main(void) {
    struct r_debug *debug = published();
    if (!CHECK(debug != NULL))
        return check_status();
    printf("the program's _r_debug is the published one: %d\n", debug == &_r_debug);
    printf("version %d state %d\n", debug->r_version, (int)debug->r_state);
    CHECK(debug->r_brk != 0 && debug->r_ldbase != 0);
    CHECK(memcmp((void *)debug->r_ldbase, "\177ELF", 4) == 0);
    Dl_info info;
    CHECK(dladdr((void *)debug->r_brk, &info) != 0 && info.dli_fbase == (void *)debug->r_ldbase);
    list(debug);
    void *library = dlopen("liblibrary.so", RTLD_NOW);
    list(debug);
    dlclose(library);
    list(debug);
    return check_status();
}
