/* The subfolders of a search folder that hold libraries for better processors. */
#ifndef WINE_LD_SEARCH_HWCAPS_H
#define WINE_LD_SEARCH_HWCAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One subfolder, in the order of the search. The last one is the folder itself: "". */
struct subfolder {
    const char *path; /* with a slash at the end */
    size_t length;
    bool repeated; /* an earlier entry has the same path (ld.so's legacy names can coincide) */
};

struct subfolders {
    struct subfolder *items;
    size_t count, longest;
};

/* Set by hwcaps_init, read-only afterwards. */
extern struct subfolders subfolders;

/* Builds the list from the processor's features, --glibc-hwcaps-prepend and --glibc-hwcaps-mask.
 * False: no memory. */
bool hwcaps_init(void);

/* The rank of a glibc-hwcaps subfolder by name, 1 best, 0: not searched. */
uint32_t hwcaps_priority(const char *name, size_t length);

/* Bits of a cache entry from here on stand for platforms. */
enum { HWCAPS_FIRST_PLATFORM = 48 };

/* The legacy hwcap bits that a cache entry may ask for here; 0 where this glibc has none. */
uint64_t hwcaps_legacy_bits(void);

/* Writes the names of the built-in glibc-hwcaps subfolders, best first, separated by colons. */
void hwcaps_level_names(char *buffer, size_t size);

/* Prints the hwcaps part of --help. */
void hwcaps_print(void);

#endif
