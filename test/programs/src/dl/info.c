/* dlinfo: every request. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

static const char *last_part(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static void search_path(void *handle) {
    Dl_serinfo size;
    if (!CHECK(dlinfo(handle, RTLD_DI_SERINFOSIZE, &size) == 0))
        return;
    Dl_serinfo *paths = malloc(size.dls_size);
    CHECK(dlinfo(handle, RTLD_DI_SERINFOSIZE, paths) == 0);
    if (!CHECK(dlinfo(handle, RTLD_DI_SERINFO, paths) == 0))
        return;
    for (unsigned index = 0; index < paths->dls_cnt; index++)
        printf("path %s flags %u\n", paths->dls_serpath[index].dls_name,
               paths->dls_serpath[index].dls_flags);
    free(paths);
}

static void thread_local_part(void *handle) {
    size_t module = 99;
    void *data = (void *)1;
    CHECK(dlinfo(handle, RTLD_DI_TLS_MODID, &module) == 0);
    CHECK(dlinfo(handle, RTLD_DI_TLS_DATA, &data) == 0);
    printf("module %zu data %s\n", module, data == NULL ? "null" : "there");
    int *number = (int *)dlsym(handle, "thread_number");
    CHECK(number != NULL && *number == 17);
    CHECK(dlinfo(handle, RTLD_DI_TLS_DATA, &data) == 0);
    CHECK(data != NULL && (char *)number >= (char *)data && (char *)number < (char *)data + 64);
}

int main(void) {
    void *handle = dlopen("liblibrary.so", RTLD_NOW);
    if (!CHECK(handle != NULL))
        return check_status();
    Lmid_t space = -7;
    CHECK(dlinfo(handle, RTLD_DI_LMID, &space) == 0 && space == LM_ID_BASE);
    struct link_map *map = NULL;
    CHECK(dlinfo(handle, RTLD_DI_LINKMAP, &map) == 0);
    printf("map of %s\n", last_part(map->l_name));
    char origin[4096] = "";
    CHECK(dlinfo(handle, RTLD_DI_ORIGIN, origin) == 0);
    CHECK(strncmp(origin, map->l_name, strlen(origin)) == 0);
#ifdef RTLD_DI_PHDR
    const ElfW(Phdr) *headers = NULL;
    int count = dlinfo(handle, RTLD_DI_PHDR, &headers);
    int loads = 0;
    for (int index = 0; index < count; index++)
        loads += headers[index].p_type == PT_LOAD;
    printf("%d headers, %d loads\n", count, loads);
#endif
    search_path(handle);
    thread_local_part(handle);
    CHECK(dlinfo(handle, RTLD_DI_CONFIGADDR, &map) == -1);
    puts(dlerror());
    void *program = dlopen(NULL, RTLD_NOW);
    CHECK(dlinfo(program, RTLD_DI_LINKMAP, &map) == 0 && map->l_name[0] == 0);
    search_path(program);
    return check_status();
}
