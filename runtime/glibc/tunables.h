/* What a tunable is. The table of this glibc's tunables is generated (tunables_table.h) in id
 * order:
 *
 *     enum { TUNABLE_COUNT = 37 };
 *     static const struct tunable tunable_table[TUNABLE_COUNT] = {
 *         {TUNABLE("glibc.malloc.check"), "MALLOC_CHECK_", TUNABLE_INT32, TUNABLE_SXID_ERASE, 0, 0,
 * 3}, {TUNABLE("glibc.cpu.hwcaps"), "", TUNABLE_STRING, TUNABLE_SXID_ERASE, 0, 0, 0},
 *         ...
 *     };
 */
#ifndef WINE_LD_GLIBC_TUNABLES_H
#define WINE_LD_GLIBC_TUNABLES_H

#include <stdbool.h>
#include <stdint.h>

/* The type that the callers of __tunable_get_val expect. */
enum tunable_type { TUNABLE_INT32, TUNABLE_UINT64, TUNABLE_SIZE, TUNABLE_STRING };

/* What happens to it in a secure process: the entry is removed from the environment, is ignored
 * there but left for child processes, or holds as usual. */
enum tunable_security { TUNABLE_SXID_ERASE, TUNABLE_SXID_IGNORE, TUNABLE_SXID_NONE };

/* The texts lie in the table itself: a pointer would have to be relocated at every start, and the
 * page that holds it would be private memory of every process. */
struct tunable {
    char name[48];             /* full name */
    unsigned char name_length; /* without the terminator */
    char alias[24];            /* environment variable that sets it too, empty: none */
    unsigned char type;        /* enum tunable_type */
    unsigned char security;    /* enum tunable_security */
    /* Values of TUNABLE_INT32 are sign-extended. TUNABLE_STRING has none: 0. */
    uint64_t initial, minimum, maximum;
};

/* A name with its length. */
#define TUNABLE(name) name, sizeof(name) - 1

/* Reads GLIBC_TUNABLES and the aliases into the table, once. */
void tunables_init(char **envp, bool secure);
/* --list-tunables. */
void tunables_print(void);
/* Numeric value of the tunable with this full name, `fallback` when this glibc has none such. */
unsigned long long tunable_number(const char *name, unsigned long long fallback);

/* Sets a tunable by its full name from inside the linker, with bounds that may only narrow the
 * present ones (glibc: __tunable_set_val). Nothing happens when this glibc has none such or the
 * value is out of bounds. */
void tunable_set(const char *name, uint64_t value, uint64_t minimum, uint64_t maximum);

/* The value as wide as the tunable's type, an enum tunable_type; NULL: this glibc takes it as it
 * is. */
__attribute__((weak, visibility("hidden"))) uint64_t tunable_narrowed(unsigned type,
                                                                      uint64_t value);

/* The text of a string tunable, NULL: not set, or no such tunable. */
const char *tunable_text(const char *name);

/* Whether the tunable with this id or full name was set, by the user or by tunable_set. */
bool tunable_is_set(unsigned id);
bool tunable_was_set(const char *name);

#endif
