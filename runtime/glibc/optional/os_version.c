/* The version of the kernel, which glibc before 2.36 keeps and may ask for. */
#include "arch.h"
#include "glibc/mirror/globals.h"
#include "syscall_numbers.h"
#include "base/system.h"
#include "base/text.h"
#include "glibc_layout.h"

enum { FIELD = 65, RELEASE = 2 * FIELD, FIELDS = 6 }; /* struct utsname */

/* 6.18.44 is 0x06122c. */
static uint32_t kernel_version(void) {
    char names[FIELDS * FIELD];
    uint32_t version = 0;
    if (system_call(SYS_uname, (long)names, 0, 0, 0, 0, 0) != 0)
        return 0;
    const char *at = names + RELEASE;
    for (unsigned part = 0; part < 3; ++part) {
        uint32_t number = 0;
        for (; *at >= '0' && *at <= '9'; ++at)
            number = number * 10 + (uint32_t)(*at - '0');
        version = version << 8 | (number & 0xff);
        at += *at == '.';
    }
    return version;
}

static int discover(void) {
    return (int)kernel_version();
}

void globals_set_versions(void) {
    _rtld_global_ro._dl_osversion = kernel_version();
    _rtld_global_ro._dl_correct_cache_id = ARCH_CACHE_FLAGS;
    _rtld_global_ro._dl_discover_osversion = (void (*)(void))discover;
}
