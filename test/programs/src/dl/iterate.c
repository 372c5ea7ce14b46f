/* dl_iterate_phdr: which objects, in which order, with which counters. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <string.h>

#include "check.h"

static unsigned long long adds, subs;

static int tell(struct dl_phdr_info *info, size_t size, void *count) {
    const char *slash = strrchr(info->dlpi_name, '/');
    const char *name = slash == NULL ? info->dlpi_name : slash + 1;
    int loads = 0;
    for (int index = 0; index < info->dlpi_phnum; index++)
        loads += info->dlpi_phdr[index].p_type == PT_LOAD;
    int linker = strncmp(name, "ld-", 3) == 0 || strstr(info->dlpi_name, "/wl-") != NULL;
    if (linker)
        puts("the linker");
    else
        printf("'%s' loads %d tls module %zu data %d\n",
               strcmp(name, "linux-gate.so.1") == 0 ? "vdso" : name, loads, info->dlpi_tls_modid,
               info->dlpi_tls_data != NULL);
    CHECK(size == sizeof *info);
    adds = info->dlpi_adds;
    subs = info->dlpi_subs;
    ++*(int *)count;
    return 0;
}

static int stop(struct dl_phdr_info *info, size_t size, void *unused) {
    (void)info;
    (void)size;
    (void)unused;
    return 42;
}

int main(void) {
    int first = 0, second = 0, third = 0;
    dl_iterate_phdr(tell, &first);
    unsigned long long adds_before = adds, subs_before = subs;
    CHECK(subs == 0);
    void *library = dlopen("liblibrary.so", RTLD_NOW);
    dl_iterate_phdr(tell, &second);
    CHECK(second == first + 1 && adds == adds_before + 1 && subs == subs_before);
    dlclose(library);
    dl_iterate_phdr(tell, &third);
    CHECK(third == first && adds == adds_before + 1 && subs == subs_before + 1);
    CHECK(dl_iterate_phdr(stop, NULL) == 42);
    printf("adds %llu subs %llu\n", adds, subs);
    return check_status();
}
