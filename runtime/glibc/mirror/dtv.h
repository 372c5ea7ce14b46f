/* The dynamic thread vector: per thread, the address of each module's TLS block, in glibc's format
 * (dtv[-1]: capacity, dtv[0]: generation, dtv[m]: block of module m), which debuggers read. */
#ifndef WINE_LD_GLIBC_DTV_H
#define WINE_LD_GLIBC_DTV_H

#include <stdbool.h>
#include <stddef.h>

#include "glibc_layout.h"

/* What __tls_get_addr is given (psABI: tls_index), and the beginning of a TLS descriptor's
 * argument. */
struct tls_variable {
    size_t module, offset;
};

/* Gives a TCB a DTV. False: no memory. */
bool dtv_create(struct pthread *thread);

/* Frees a thread's blocks and its DTV. */
void dtv_destroy(struct pthread *thread);

/* Brings a new thread's DTV up to date and fills its static blocks; those of other namespaces only
 * when `all_namespaces`. Takes the TLS lock. */
void dtv_init(struct pthread *thread, bool all_namespaces);

/* The address of a variable in the calling thread; updates the DTV and allocates the block when
 * needed. Ends the program when there is no memory. The fast paths in assembly (tls_entry.S,
 * tlsdesc.S) come here when they cannot answer. */
void *tls_address(const struct tls_variable *variable);

/* For dlinfo and dl_iterate_phdr: the calling thread's block of an object, NULL when it has none
 * yet. Changes nothing. */
void *dtv_address_if_any(struct link_map *map);

#endif
