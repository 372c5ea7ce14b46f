/* Static TLS of a library that came after threads did: each thread's block is filled (optional/).
 */
#ifndef WINE_LD_GLIBC_STATIC_TLS_H
#define WINE_LD_GLIBC_STATIC_TLS_H

#include <stddef.h>

struct object;

/* Copies an object's TLS image into the static block of every existing thread (dlopen of IE TLS):
 * at the object's offset, or at one it does not have yet. */
void thread_init_static_tls(struct object *object);
void thread_fill_static_tls(struct object *object, size_t offset);

#endif
