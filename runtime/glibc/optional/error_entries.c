/* Entry points for errors that libc calls from glibc 2.34 on. */
#include "glibc/entry/dlfcn.h"
#include "glibc/entry/exceptions.h"

void dlfcn_fill_error_entries(void) {
    _rtld_global_ro._dl_catch_error = (void (*)(void))_dl_catch_error;
    _rtld_global_ro._dl_error_free = (void (*)(void))exception_free_message;
}
