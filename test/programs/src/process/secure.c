/* Run with the set-user-id bit: what the linker leaves of a dangerous environment. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <unistd.h>

int main(void) {
    static const char *const names[] = {"LD_PRELOAD",       "LD_LIBRARY_PATH", "LD_AUDIT",
                                        "LD_DEBUG_OUTPUT",  "TMPDIR",          "GLIBC_TUNABLES",
                                        "LD_ORIGIN_PATH",   "LD_PROFILE",      "LD_BIND_NOW",
                                        "HOSTALIASES",      "MALLOC_CHECK_",   "LD_DEBUG",
                                        "LOCALDOMAIN",      "RES_OPTIONS",     "GCONV_PATH",
                                        "GETCONF_DIR",      "LOCPATH",         "NLSPATH",
                                        "RESOLV_HOST_CONF", "TZDIR",           "KEPT"};
    printf("secure %lu uid %d euid %d\n", getauxval(AT_SECURE), (int)getuid(), (int)geteuid());
    for (unsigned index = 0; index < sizeof names / sizeof names[0]; index++) {
        const char *value = getenv(names[index]);
        printf("%s=%s\n", names[index], value == NULL ? "(gone)" : value);
    }
    printf("preloaded %d\n", dlsym(RTLD_DEFAULT, "chain") != NULL);
    puts(dlopen("libone.so", RTLD_NOW) == NULL ? "not found" : "found");
    return 0;
}
