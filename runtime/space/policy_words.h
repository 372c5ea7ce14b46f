/* Reading a policy file word by word. */
#ifndef WINE_LD_SPACE_POLICY_WORDS_H
#define WINE_LD_SPACE_POLICY_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "space/policy.h"

enum { POLICY_WORD = 32 }; /* a longer one is cut, and then unknown */

/* Where the reader is. A word that did not fit is cut and then unknown. */
struct scanner {
    const char *at, *file;
    unsigned line;
    char word[POLICY_WORD];
    const struct policy_layout *layout;
    struct policy *result;
};

/* Prints "wine-ld: FILE:LINE: WHAT: "WORD"" about the word read last. Returns false. */
bool words_complain(const struct scanner *scanner, const char *what);

/* The next word of the line, or "" at its end. A comma is a word of its own. */
const char *words_next(struct scanner *scanner);

/* Takes `word`, a name or a comma, where that is the next one. */
bool words_take(struct scanner *scanner, const char *word);

/* Whether a number is next. */
bool words_number_follows(struct scanner *scanner);

/* Reads a size in bytes: "4096", "0x1000", "64K", "1M", "4G", "8T". False: complained. */
bool words_size(struct scanner *scanner, size_t *size);

#endif
