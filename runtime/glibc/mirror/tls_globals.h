/* A part of tls_globals.c that moved from one struct to the other: optional/. */
#ifndef WINE_LD_GLIBC_TLS_GLOBALS_H
#define WINE_LD_GLIBC_TLS_GLOBALS_H

#include <stddef.h>

#include "glibc_layout.h"

/* Size and alignment of a thread's static area, bytes: pthread_create reads them. Called once. */
void tls_publish_static(size_t size, size_t align);

#endif
