/* Writing into code that is mapped from a file. At no moment is a page without its right to be
 * executed, so whatever is refused, the code runs: as it was, or as it was to become. */
#ifndef WINE_LD_SPACE_CODE_H
#define WINE_LD_SPACE_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CODE_LIMIT = 64 }; /* bytes in one piece, at most */

struct code_writer {
    int memory; /* the process's memory as a file, -1: not to be had */
};

/* Not thread-safe: nobody else may run the bytes meanwhile. */
void code_open(struct code_writer *writer);
void code_close(const struct code_writer *writer);

/* Writes `size` bytes at `at`, all or none; whether it did. */
bool code_write(struct code_writer *writer, uintptr_t at, const void *bytes, size_t size);

#endif
