/* _dl_find_object agrees with dl_iterate_phdr about every object, before and after dlopen and
 * dlclose. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <string.h>

#include "check.h"

static int found, objects;

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
        CHECK(frame == NULL || result.dlfo_eh_frame == (char *)info->dlpi_addr + frame->p_vaddr);
    }
    return 0;
}

static void all(const char *when) {
    found = objects = 0;
    dl_iterate_phdr(compare, NULL);
    printf("%s: %d objects, found in %d\n", when, objects, found);
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
    return check_status();
}
