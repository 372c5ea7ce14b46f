/* _dl_find_object, from glibc 2.35 on: libc forwards to us. */
#include "glibc/entry/dlfcn.h"
#include "glibc/mirror/find_object.h"
#include "glibc_layout.h"

void dlfcn_fill_find_object(void) {
    _rtld_global_ro._dl_find_object = (void (*)(void))find_object;
}
