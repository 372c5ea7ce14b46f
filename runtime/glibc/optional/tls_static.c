/* Size and alignment of static TLS, before glibc 2.34 in _rtld_global. */
#include "glibc/mirror/tls_globals.h"
#include "glibc_layout.h"

void tls_publish_static(size_t size, size_t align) {
    _rtld_global._dl_tls_static_size = size;
    _rtld_global._dl_tls_static_align = align;
}
