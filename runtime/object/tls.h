/* Thread-local storage: module ids and the static layout (ELF TLS ABI, variant II). The per-thread
 * part (DTV, blocks) is glibc's structure: glibc/mirror/dtv. The caller holds the load lock, unless
 * said otherwise. */
#ifndef WINE_LD_TLS_H
#define WINE_LD_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "object/object.h"

enum { TLS_OFFSET_NONE = 0, TLS_OFFSET_DYNAMIC = -1 };

/* Where blocks lie below the thread pointer, in bytes counted downwards from it. Alignment leaves
 * gaps; the largest one so far is filled before the layout grows. */
struct tls_layout {
    size_t used;               /* bytes taken */
    size_t gap_start, gap_end; /* a free range inside them; equal: none */
    size_t align;              /* of the thread pointer: the largest alignment of a block */
};

/* Pure: adds a block of `size` bytes with `align` (a power of two) whose first byte has the address
 * `first_byte` modulo `align`. Returns its distance below the thread pointer (glibc:
 * _dl_determine_tlsoffset). */
size_t tls_place(struct tls_layout *layout, size_t size, size_t align, size_t first_byte);

/* Pure: how many of the `free` bytes behind the last block a further one takes, 0: it does not fit
 * (glibc: _dl_try_allocate_static_tls). */
size_t tls_place_late(size_t free, size_t size, size_t align, size_t first_byte);

/* Pure: the static surplus for `namespaces` namespaces and `optional` bytes of optimisation; with
 * glibc's defaults (4, 512) the historic 1664 bytes. */
size_t tls_surplus(size_t namespaces, size_t optional);

/* The static TLS area of every thread, below the thread pointer. Bytes. */
struct tls_static {
    size_t used;     /* bytes below TP taken by modules (GL dl_tls_static_used) */
    size_t initial;  /* part of used that was taken at start, and is never given back */
    size_t align;    /* of TP */
    size_t size;     /* used + surplus + TCB (GLRO dl_tls_static_size) */
    size_t tcb_size; /* part of size */
    size_t surplus;  /* kept free for libraries opened later that need static TLS */
    size_t optional; /* part of surplus that dlopened libraries may use as an optimisation */
    size_t modules;  /* highest module id at start (GL dl_tls_static_nelem) */
    size_t auditors; /* namespaces that the surplus has to serve besides the usual ones */
    bool sealed;     /* the program has started: layout grows only into the surplus */
};
extern struct tls_static tls_static;

/* One module id: who has it, and the generation in which that last changed. */
struct tls_slot {
    struct object *owner;  /* who was given the id, NULL: it is free */
    struct object *object; /* the owner once threads may see it */
    size_t generation;
};

/* Counts changes of the slots, as seen by threads; and the highest id in use. Read without lock. */
extern size_t tls_generation, tls_highest;

/* Gives the object a module id (lowest free one); ids count from 1. Threads do not see it before
 * tls_publish. False: no memory. */
bool tls_assign_module(struct object *object);

/* Makes the modules of `objects` that are not yet known to threads visible, in one new generation,
 * and fills the static blocks that wait for it. */
void tls_publish(struct object *const *objects, size_t count);

/* Frees the ids and static blocks of objects that go away (dlclose, failed dlopen), in one new
 * generation if any was visible. */
void tls_withdraw(struct object *const *objects, size_t count);

/* The slot of a module id, NULL: no such id was ever given. Async-signal-safe, needs no lock. */
const struct tls_slot *tls_slot_of(size_t module);

/* Puts the object's block into static TLS: at start always possible; later only into the surplus
 * (`optional`: into its optional part), when the block was not yet used dynamically. False: no
 * room. */
bool tls_make_static(struct object *object, bool optional);

/* Settles an undecided block for dynamic use. Returns its offset: TLS_OFFSET_DYNAMIC, or the static
 * one when that was decided first. Async-signal-safe, needs no lock. */
ptrdiff_t tls_settle_dynamic(struct object *object);

/* A block of glibc's own behind the modules' (the rseq area, from 2.41 on). */
struct tls_extra {
    size_t size, align;
    size_t offset; /* answer: distance of its first byte below the thread pointer */
};

/* Fixes the layout at start, after all initial objects have ids: offsets, surplus, alignment; the
 * modules become visible. `tcb_size` and `tcb_align` are glibc's struct pthread; `extra` may be
 * NULL. */
void tls_seal(size_t tcb_size, size_t tcb_align, struct tls_extra *extra);

#endif
