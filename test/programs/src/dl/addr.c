/* dladdr and dladdr1: functions, data, what lies between, and what belongs to nobody. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

int bump(void);
extern int value;
int exported_here(int x);
int exported_here(int x) {
    return x + bump();
}

static void tell(const char *what, const void *address) {
    Dl_info info;
    memset(&info, 0, sizeof info);
    if (dladdr(address, &info) == 0) {
        printf("%s: nobody's\n", what);
        return;
    }
    const char *slash = strrchr(info.dli_fname, '/');
    int linker = strstr(info.dli_fname, "/wl-") != NULL;
    const char *file = linker ? "linker" : slash == NULL ? info.dli_fname : slash + 1;
    printf("%s: %.*s %s %+ld\n", what, (int)strcspn(file, "."), file,
           info.dli_sname == NULL ? "(none)" : info.dli_sname,
           info.dli_saddr == NULL ? 0L : (long)((const char *)address - (char *)info.dli_saddr));
}

int main(void) {
    tell("exported function", (void *)exported_here);
    tell("inside it", (char *)exported_here + 1);
    tell("library function", dlsym(RTLD_DEFAULT, "bump"));
    tell("library data", &value);
    tell("libc function", dlsym(RTLD_DEFAULT, "getenv"));
    int local;
    tell("stack", &local);
    tell("heap", malloc(10));
    tell("null", NULL);
    tell("linker", dlsym(RTLD_DEFAULT, "_r_debug"));
    Dl_info info;
    ElfW(Sym) *symbol = NULL;
    CHECK(dladdr1((void *)exported_here, &info, (void **)&symbol, RTLD_DL_SYMENT) != 0);
    CHECK(symbol != NULL && (symbol->st_info & 15) == STT_FUNC && symbol->st_size != 0);
    struct link_map *map = NULL;
    CHECK(dladdr1(&value, &info, (void **)&map, RTLD_DL_LINKMAP) != 0);
    CHECK(map != NULL && (char *)map->l_addr == (char *)info.dli_fbase);
    return check_status();
}
