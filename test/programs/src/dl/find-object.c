/* _dl_find_object agrees with dl_iterate_phdr about every object, before and after dlopen and
 * dlclose, and says what it says elsewhere, in other namespaces too. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <string.h>

#include "check.h"

static int found, objects;

static long distance(const void *to, const void *from) {
    return to != NULL ? (const char *)to - (const char *)from : -1;
}

/* Every field, relative to the object. The linker's own and the kernel's objects differ. */
static void show(const char *when, const struct dl_find_object *result) {
    const struct link_map *map = result->dlfo_link_map;
    const char *slash = strrchr(map->l_name, '/'), *base = (const char *)map->l_addr;
    const char *name = slash != NULL ? slash + 1 : map->l_name;
    if (map->l_addr == _r_debug.r_ldbase || strncmp(name, "linux-", 6) == 0)
        return;
    printf("%s: %s: %lx to %lx, frames %lx", when, name, distance(result->dlfo_map_start, base),
           distance(result->dlfo_map_end, base), distance(result->dlfo_eh_frame, base));
#if DLFO_STRUCT_HAS_EH_DBASE
    const ElfW(Dyn) *entry = result->dlfo_eh_dbase;
    if (entry != NULL)
        printf(", data base %lx: %d %lx", distance(entry, base), (int)entry->d_tag,
               distance((void *)entry->d_un.d_ptr, base));
#endif
    printf("\n");
}

static int compare(struct dl_phdr_info *info, size_t size, void *unused) {
    (void)size;
    (void)unused;
    objects++;
    for (int index = 0; index < info->dlpi_phnum; index++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[index];
        if (header->p_type != PT_LOAD || !(header->p_flags & PF_X))
            continue;
        char *address = (char *)info->dlpi_addr + header->p_vaddr;
        struct dl_find_object result;
        memset(&result, 0, sizeof result);
        if (_dl_find_object(address, &result) != 0)
            continue;
        found++;
        CHECK(result.dlfo_map_start <= (void *)address && (void *)address < result.dlfo_map_end);
        CHECK(result.dlfo_flags == 0 && result.dlfo_link_map != NULL);
        CHECK(result.dlfo_link_map->l_addr == info->dlpi_addr);
        const ElfW(Phdr) *frame = NULL;
        for (int other = 0; other < info->dlpi_phnum; other++)
            if (info->dlpi_phdr[other].p_type == PT_GNU_EH_FRAME)
                frame = &info->dlpi_phdr[other];
        show("iterated", &result);
        CHECK(frame == NULL || result.dlfo_eh_frame == (char *)info->dlpi_addr + frame->p_vaddr);
    }
    return 0;
}

static void all(const char *when) {
    found = objects = 0;
    dl_iterate_phdr(compare, NULL);
    printf("%s: %d objects, found in %d\n", when, objects, found);
}

static void other_namespace(void) {
    struct dl_find_object result;
    void *handle = dlmopen(LM_ID_NEWLM, "libpart0.so", RTLD_NOW);
    CHECK(handle != NULL);
    void *address = dlsym(handle, "next"), *libc = dlsym(handle, "puts");
    CHECK(_dl_find_object(address, &result) == 0);
    show("elsewhere", &result);
    CHECK(libc != (void *)puts && _dl_find_object(libc, &result) == 0);
    show("elsewhere", &result);
    CHECK(dlclose(handle) == 0);
    CHECK(_dl_find_object(address, &result) == -1);
    CHECK(_dl_find_object(libc, &result) == -1);
}

int main(void) {
    int local;
    struct dl_find_object result;
    all("at start");
    CHECK(_dl_find_object(&local, &result) == -1);
    CHECK(_dl_find_object(NULL, &result) == -1);
    for (int round = 0; round < 3; round++) {
        void *handles[8];
        for (int index = 0; index < 8; index++) {
            char name[32];
            snprintf(name, sizeof name, "libpart%d.so", index);
            handles[index] = dlopen(name, RTLD_NOW);
            CHECK(handles[index] != NULL);
        }
        all("opened");
        void *address = dlsym(handles[3], "next");
        CHECK(_dl_find_object(address, &result) == 0);
        for (int index = 0; index < 8; index++)
            CHECK(dlclose(handles[(index * 3 + round) % 8]) == 0);
        all("closed");
        CHECK(_dl_find_object(address, &result) == -1);
    }
    other_namespace();
    return check_status();
}
