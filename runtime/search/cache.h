/* /etc/ld.so.cache in the new format (glibc-ld.so.cache1.1, with or without the old table before
 * it). Validates everything it reads; knows nothing about search paths. */
#ifndef WINE_LD_CACHE_H
#define WINE_LD_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cache {
    const unsigned char *data; /* the file */
    size_t size;
    const unsigned char *start; /* of the new-format header: string offsets count from here */
    uint32_t count;
    const unsigned char *last_nul; /* a string that starts before it ends inside the file */
    const void *hwcaps; /* the glibc-hwcaps extension: offsets of subdirectory names, may be NULL */
    uint32_t hwcaps_count;
};

enum { CACHE_FLAG_ELF = 1 };

/* What a cache entry must match to be usable here. */
struct cache_request {
    int32_t flags;       /* FLAG_ELF_LIBC6 with the architecture's bits: ARCH_CACHE_FLAGS */
    int32_t other_flags; /* flags that do as well (CACHE_FLAG_ELF), or flags again */
    uint64_t hwcap;      /* legacy hwcap bits this machine has (its platform's bit included) */
    uint32_t isa_levels; /* bit n: libraries that need ISA level n run here */
    /* Priority of a glibc-hwcaps subdirectory, 1 best; 0: not usable on this machine. */
    uint32_t (*hwcaps_priority)(const char *subdirectory, size_t length);
};

/* Checks `size` bytes at `data` and prepares `cache`. False: not a usable cache (treated as
 * absent). */
bool cache_open(struct cache *cache, const unsigned char *data, size_t size);

/* The path for the library `name`, or NULL. Binary search by ld.so's own file-name order (digits
 * compare as numbers). The result points into the cache data. */
const char *cache_find(const struct cache *cache, const char *name,
                       const struct cache_request *request);

#endif
